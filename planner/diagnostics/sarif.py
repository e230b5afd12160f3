"""Findings as SARIF 2.1.0, the form in which code scanners tell each other what they found."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from planner.diagnostics.codes import CODES
from planner.diagnostics.explanations import EXPLANATIONS
from planner.diagnostics.finding import Finding, Related
from planner.source import Span

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_INDEX = {code: number for number, code in enumerate(CODES)}


class Replacement(NamedTuple):
    """A stretch of the file, and the text that is to stand there."""

    span: Span
    text: str


def sarif(
    findings: Iterable[Finding], *, version: str, fixes: Mapping[Finding, Sequence[Replacement]] | None = None
) -> dict[str, Any]:
    """A SARIF log of one run.

    Args:
        findings: What was found; their file is relative to the folder that is scanned, or absolute.
        version: The version of this program.
        fixes: For findings that have a safe correction: what it replaces.
    """
    run = {
        "tool": {"driver": {"name": "tinytown", "version": version, "rules": [_rule(code) for code in CODES]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, (fixes or {}).get(finding, ())) for finding in findings],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str) -> dict[str, Any]:
    told = EXPLANATIONS[code]
    fix = f"\n\n`tt plan check --fix` {told.fix}." if told.fix else ""
    return {
        "id": code,
        "name": told.name,
        "shortDescription": {"text": CODES[code].title},
        "fullDescription": {"text": told.what},
        "help": {
            "text": f"{told.why}{fix}",
            "markdown": f"{told.why}\n\nWrong:\n\n```toml\n{told.bad}```\n\nRight:\n\n```toml\n{told.good}```{fix}",
        },
        "defaultConfiguration": {"level": CODES[code].severity.value},
    }


def _result(finding: Finding, fix: Sequence[Replacement]) -> dict[str, Any]:
    region = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
    }
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": _INDEX[finding.code],
        "level": finding.severity.value,
        "message": {"text": f"{finding.message}\n{finding.help}" if finding.help else finding.message},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(finding.file), "region": region}}],
    }
    if finding.related:
        result["relatedLocations"] = [_related(number, other) for number, other in enumerate(finding.related, 1)]
    if fix:
        result["fixes"] = [_fix(finding, fix)]
    return result


def _related(number: int, other: Related) -> dict[str, Any]:
    region = {"startLine": other.line, "startColumn": other.column}
    return {
        "id": number,
        "physicalLocation": {"artifactLocation": _artifact(other.file), "region": region},
        "message": {"text": other.message},
    }


def _fix(finding: Finding, replacements: Sequence[Replacement]) -> dict[str, Any]:
    changes = [
        {
            "deletedRegion": {
                "startLine": span.line,
                "startColumn": span.column,
                "endLine": span.end_line,
                "endColumn": span.end_column,
            },
            "insertedContent": {"text": text},
        }
        for span, text in replacements
    ]
    return {
        "description": {"text": EXPLANATIONS[finding.code].fix},
        "artifactChanges": [{"artifactLocation": _artifact(finding.file), "replacements": changes}],
    }


def _artifact(file: str) -> dict[str, str]:
    path = quote(file, errors="surrogateescape")
    if file.startswith("/"):
        return {"uri": f"file://{path}"}
    return {"uri": path, "uriBaseId": "%SRCROOT%"}
