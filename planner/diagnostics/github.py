"""Findings as workflow commands: GitHub Actions shows them at the lines that they are about."""

from collections.abc import Iterable

from planner.diagnostics.finding import Finding
from tinytown.escape import shown

_IN_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTIES = {**_IN_DATA, ":": "%3A", ",": "%2C"}


def annotations(findings: Iterable[Finding]) -> str:
    """One `::error file=…::message` or `::warning …` a line.

    Args:
        findings: What was found; their file is relative to the folder that the workflow works in.
    """
    return "\n".join(map(_annotation, findings))


def _annotation(finding: Finding) -> str:
    properties = {"file": finding.file, "line": finding.line, "col": finding.column, "endLine": finding.end_line}
    if finding.line == finding.end_line:
        properties["endColumn"] = finding.end_column
    else:
        del properties["col"]  # GitHub takes columns only of places that lie on one line
    properties["title"] = finding.code
    said = ",".join(f"{key}={_escaped(str(value), _IN_PROPERTIES)}" for key, value in properties.items())
    message = shown(finding.message) + (f"\nhelp: {shown(finding.help)}" if finding.help else "")
    return f"::{finding.severity} {said}::{_escaped(message, _IN_DATA)}"


def _escaped(text: str, table: dict[str, str]) -> str:
    return "".join(table.get(char, char) for char in text)
