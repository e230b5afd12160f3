"""Findings of a file that is no TOML: its slips (TT001), and what holds of the rest whatever they hide."""

import re
import tomllib
from bisect import bisect_right
from functools import cached_property

from planner.diagnostics.finding import Finding, Related, finding, ordered
from planner.document import Document
from planner.rules.check import check
from planner.rules.syntax.doubles import Double, double, single_tasks
from planner.rules.syntax.recovery import MOST, Recovery
from planner.rules.syntax.slip import Slip
from planner.rules.syntax.statements import Kind, Statement
from planner.rules.syntax.text import Text
from planner.source import Source

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_CHARACTERS = 20_000_000
"""So much text is parsed again and again at most, to find what is written twice."""
_SCRAP = 20
_SURE = frozenset(
    {"TT002", "TT003", "TT005", "TT006", "TT009", "TT010", "TT011", "TT016", "TT017", "TT018", "TT019"}
)
"""What holds of a task whatever else the file says."""


def broken(source: Source, first: Finding) -> tuple[Finding, ...]:
    """All that is certainly wrong with a file that `parse` refused.

    Args:
        source: The file.
        first: What `parse` said.

    Returns:
        The findings by place; `first` alone where nothing more can be said.
    """
    try:
        text = Text(source)
    except UnicodeDecodeError:
        return (first,)
    reading = _Reading(source, text)
    reading.doubles()
    if not reading.findings:
        return (first,)
    return ordered([*reading.findings, *reading.others()])


class _Reading:
    """One attempt to read on."""

    def __init__(self, source: Source, text: Text) -> None:
        self._source, self._text = source, text
        self._recovery = Recovery(text.text)
        self._kept = list(self._recovery.statements)
        self._mended = dict(self._recovery.mended)
        self._holes = list(self._recovery.holes)
        self._values: Document | None = None
        self.findings = [self._finding(slip) for slip in self._recovery.slips]

    def doubles(self) -> None:
        """Adds what is written twice, and reads what is left."""
        for one in single_tasks(self._text.text, self._kept, self._recovery.mended):
            self._tell(one)
            self._mended[one.statement.start] = "[[tasks]]\n"
        tries = max(2, min(MOST, _CHARACTERS // max(len(self._text.text), 1)))
        for _ in range(tries):
            if len(self.findings) > MOST:
                return
            data = self._rest()
            try:
                values = tomllib.loads(data)
            except tomllib.TOMLDecodeError as error:
                again = self._double(str(error))
                if again is None:
                    return
                self._tell(again)
                self._drop(again.statement)
            else:
                self._values = Document(Source(self._source.name, data.encode()), values)
                return

    def others(self) -> list[Finding]:
        """What the rules find in the rest, as far as no hole could be to blame."""
        if self._values is None or not self._recovery.complete:
            return []
        _, found = check(self._values)
        return [one for one in found if self._certain(one)]

    def _certain(self, one: Finding) -> bool:
        keys = {key for _, key in self._holes}
        if one.code == "TT004":
            return self._section(self._text.offset(one.line, 1)) not in {self._section(at) for at, _ in self._holes}
        if one.code == "TT007":
            return not keys & {None, "id"}
        if one.code == "TT008":
            return not keys & {None, "id", "agent", "role", "run"}
        if one.code in ("TT012", "TT013"):
            return None not in keys and all(self._in_task(at) for at, _ in self._holes)
        return one.code in _SURE

    def _rest(self) -> str:
        """The text that is left, each line where it was."""
        text, pieces, at = self._text.text, [], 0
        for one in self._kept:
            pieces += [
                "\n" * text.count("\n", at, one.start),
                self._mended.get(one.start, text[one.start : one.end]),
            ]
            at = one.end
        return "".join(pieces)

    def _double(self, words: str) -> Double | None:
        found = _PLACE.search(words)
        if found is None:
            return None
        at = self._text.offset(int(found[1]), int(found[2])) if found[1] else len(self._text.text)
        return double(self._text.text, self._kept, at, words[: found.start()])

    def _drop(self, statement: Statement) -> None:
        """Takes a statement out; with a header, all of its table."""
        start = self._kept.index(statement)
        end = start + 1
        if statement.kind is Kind.HEADER:
            self._holes.append((statement.start, None))
            while end < len(self._kept) and self._kept[end].kind is not Kind.HEADER:
                end += 1
        del self._kept[start:end]

    def _tell(self, one: Double) -> None:
        if len(self.findings) < MOST:
            self.findings.append(self._finding(one.slip, one.first))

    def _finding(self, slip: Slip, first: tuple[int, str] | None = None) -> Finding:
        name, related = self._source.name, []
        if first:
            place = self._text.span(first[0], first[0])
            related = [Related(name, place.line, place.column, first[1])]
        span = self._text.span(slip.start, slip.end)
        return finding("TT001", name, span, slip.message, help=slip.help, label=slip.label, related=related)

    def _section(self, at: int) -> int:
        """The number of the table that a place lies in."""
        return bisect_right(self._headers, at)

    def _in_task(self, at: int) -> bool:
        section = self._section(at)
        return section > 0 and "tasks" in self._text.text[self._headers[section - 1] :][:_SCRAP]

    @cached_property
    def _headers(self) -> list[int]:
        return [one.start for one in self._recovery.statements if one.kind is Kind.HEADER]
