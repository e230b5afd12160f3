"""Findings as the text that shows a person the place."""

from collections.abc import Iterable
from unicodedata import combining, east_asian_width

from planner.diagnostics.finding import Finding
from planner.source import Source
from tinytown.escape import shown

_TAB = "    "
_WINDOW = 120
"""So many characters of a long line are shown, around the place."""


def rendered(findings: Iterable[Finding], source: Source) -> str:
    """The findings as text for people, an empty line between two."""
    return "\n\n".join(_render(finding, source) for finding in findings)


def _render(finding: Finding, source: Source) -> str:
    margin = " " * (len(str(finding.line)) + 1)
    head = f"{finding.place}: {finding.severity}[{finding.code}]: {finding.message}"
    line, carets = _marked(finding, source.line(finding.line))
    label = f" {finding.label}" if finding.label else ""
    rows = [
        shown(head),
        f"{margin}|",
        f"{finding.line} | {line}".rstrip(),
        f"{margin}| {carets}{shown(label)}",
    ]
    rows += [
        shown(f"{margin}= note: {other.file}:{other.line}:{other.column}: {other.message}")
        for other in finding.related
    ]
    if finding.help:
        rows.append(shown(f"{margin}= help: {finding.help}"))
    return "\n".join(rows)


def _marked(finding: Finding, text: str) -> tuple[str, str]:
    """The source line as it is shown, and the carets under the place."""
    start = finding.column - 1
    end = finding.end_column - 1 if finding.end_line == finding.line else len(text)
    first = max(0, start - _WINDOW // 2) if len(text) > _WINDOW else 0
    last = min(len(text), first + _WINDOW)
    pieces = [_piece(char) for char in text[first:last]]
    before = "…" if first else ""
    after = "…" if last < len(text) else ""
    line = before + "".join(pieces) + after
    indent = _width(before) + sum(map(_width, pieces[: start - first]))
    carets = sum(map(_width, pieces[start - first : max(end, start + 1) - first]))
    return line, " " * indent + "^" * max(1, carets)


def _piece(char: str) -> str:
    return _TAB if char == "\t" else shown(char)


def _width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)
