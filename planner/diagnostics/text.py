"""Findings as the text that shows a person the place."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from planner.diagnostics.codes import Severity
from planner.diagnostics.finding import Finding
from planner.diagnostics.secrets import masked
from planner.source import Source
from tinytown.columns import width
from tinytown.escape import shown

_TAB = "    "
_WINDOW = 120
"""So many characters of a long line are shown, around the place."""
_MOST = 100
"""So many findings are shown; who has more begins with these anyway."""


class Ink(StrEnum):
    """What a piece of the text is, for who wants to colour it."""

    ERROR = "error"
    WARNING = "warning"
    STRONG = "strong"
    MARGIN = "margin"
    HELP = "help"


Paint = Callable[[str, Ink], str]


def unpainted(text: str, _ink: Ink) -> str:
    """The text as it is: for a pipe, a file, or who wants no colours."""
    return text


def rendered(findings: Sequence[Finding], source: Source, paint: Paint = unpainted) -> str:
    """The findings as text for people, an empty line between two.

    Of very many only the first are shown, errors before warnings.

    Args:
        findings: What was found, by place.
        source: The file that it was found in.
        paint: Colours a piece that is harmless to show.
    """
    told = findings
    if len(findings) > _MOST:
        first = sorted(range(len(findings)), key=lambda at: findings[at].severity is Severity.WARNING)
        told = [findings[at] for at in sorted(first[:_MOST])]
    blocks = [_render(finding, source, paint) for finding in told]
    more = len(findings) - len(told)
    if more:
        blocks.append(f"… and {more:,} more (tt plan check --format json has all)".replace(",", " "))
    return "\n\n".join(blocks)


def counted(findings: Sequence[Finding]) -> str:
    """How many errors and warnings there are: `2 errors, 1 warning`."""
    parts = []
    for severity in Severity:
        number = sum(found.severity is severity for found in findings)
        if number:
            parts.append(f"{number} {severity}{'' if number == 1 else 's'}")
    return ", ".join(parts) or "no findings"


def _render(finding: Finding, source: Source, paint: Paint) -> str:
    ink = Ink(finding.severity.value)
    margin = " " * (len(str(finding.line)) + 1)
    bar, equals = paint(f"{margin}|", Ink.MARGIN), paint(f"{margin}=", Ink.MARGIN)
    line, indent, carets = _marked(finding, masked(source.line(finding.line)))
    label = f" {shown(finding.label)}" if finding.label else ""
    place, message = (paint(shown(text), Ink.STRONG) for text in (finding.place, finding.message))
    rows = [
        f"{place}: {paint(f'{finding.severity}[{finding.code}]', ink)}: {message}",
        bar,
        f"{paint(f'{finding.line} |', Ink.MARGIN)} {line}".rstrip(),
        f"{bar} {indent}{paint(carets + label, ink)}",
    ]
    for other in finding.related:
        note = shown(f"{other.file}:{other.line}:{other.column}: {other.message}")
        rows.append(f"{equals} {paint('note:', Ink.STRONG)} {note}")
    if finding.help:
        rows.append(f"{equals} {paint('help:', Ink.HELP)} {shown(finding.help)}")
    return "\n".join(rows)


def _marked(finding: Finding, text: str) -> tuple[str, str, str]:
    """The source line as it is shown, the blanks before the carets, and the carets under the place."""
    start = finding.column - 1
    end = finding.end_column - 1 if finding.end_line == finding.line else len(text)
    first = max(0, start - _WINDOW // 2) if len(text) > _WINDOW else 0
    last = min(len(text), first + _WINDOW)
    near = max(0, first - _WINDOW)  # a secret may reach into the window
    visible = masked(text[near : last + _WINDOW])[first - near : last - near]
    pieces = [_piece(char) for char in visible]
    before = "…" if first else ""
    after = "…" if last < len(text) else ""
    line = before + "".join(pieces) + after
    indent = width(before) + sum(map(width, pieces[: start - first]))
    carets = sum(map(width, pieces[start - first : max(end, start + 1) - first]))
    return line, " " * indent, "^" * max(1, carets)


def _piece(char: str) -> str:
    return _TAB if char == "\t" else shown(char)
