"""The lines that belong to each task: its [[tasks]] header, its keys, and its comments.

A task owns the comment lines directly above its header, those between its keys, and those directly below its
last key; a comment with an empty line between it and every task belongs to nobody. Where tasks stand without
an empty line between them, a comment belongs to the one below it.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from planner.document import Document
from planner.edit.splice import Splice, line_end_before

_DIRECTIVE = b"#:"
"""How a line at the top begins that speaks to editors about the whole file."""


@dataclass(frozen=True)
class Blocks:
    """The stretches of whole lines that belong to the tasks of a file, in its order."""

    document: Document

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """The start and the end of each task's lines. All tasks must be [[tasks]] tables."""
        index, source = self.document.index, self.document.source
        last: dict[int | str, int] = {}
        limits = self._limits()
        for path, (_, end) in [*index.headers.items(), *index.values.items()]:
            if path[0] == "tasks" and len(path) > 1 and end <= limits.get(path[1], end):
                last[path[1]] = max(end, last.get(path[1], 0))
        ends = sorted(end for _, end in [*index.headers.values(), *index.values.values()])
        found: list[tuple[int, int]] = []
        for position in range(len(last)):
            header, _ = index.headers["tasks", position]
            nearest = bisect_right(ends, header)
            floor = source.line_end(ends[nearest - 1]) if nearest else self._floor
            found.append((self._above(header, floor), self._below(source.line_end(last[position]))))
        return found

    def text(self, position: int) -> bytes:
        """The lines of a task, the last one with its line end."""
        text = self._data[slice(*self.spans[position])]
        return text if text.endswith(b"\n") else text + self.document.source.newline

    def without(self, gone: Collection[int]) -> list[Splice]:
        """The changes that take tasks out, each run of them with the empty lines on one side of it."""
        return [self._cut(first, last) for first, last in self._runs(sorted(gone))]

    def moved(self, position: int, to: "Slot") -> list[Splice]:
        """The changes that take a task from its place to another one, with the empty lines beside it."""
        start, end = self.spans[position]
        cut = self._cut(position, position)
        gap = self._data[self._before(start) : start] if self._last(end) else self._data[end : cut.end]
        return [cut, self._put(self.text(position), gap, to)]

    def added(self, text: bytes, to: "Slot") -> Splice:
        """The change that puts a new task's lines in a place."""
        newline = self.document.source.newline
        tight = to.behind and self._after(to.at) == to.at and not self._last(to.at)
        return self._put(text, b"" if tight else newline, to)

    def ahead_of(self, position: int) -> "Slot":
        """The place directly before a task."""
        return Slot(self.spans[position][0], behind=False)

    def behind(self, position: int) -> "Slot":
        """The place directly behind a task."""
        return Slot(self.spans[position][1], behind=True)

    def end(self) -> "Slot":
        """The place behind everything in the file but empty lines."""
        at = len(self._data)
        while at > self._top and not self._data[self._line_before(at) : at].strip():
            at = self._line_before(at)
        return Slot(at, behind=True)

    @property
    def _data(self) -> bytes:
        return self.document.source.data

    @cached_property
    def _floor(self) -> int:
        """Where the tables and comments may begin: below the line that speaks to editors, if there is one."""
        top = self._top
        return self.document.source.line_end(top) if self._data.startswith(_DIRECTIVE, top) else top

    @cached_property
    def _top(self) -> int:
        return len(self._data) - len(self.document.source.body)

    def _limits(self) -> dict[int | str, int]:
        """Where the next table begins that is neither a task nor within it, for the tasks before such a table."""
        limits: dict[int | str, int] = {}
        owner: int | str | None = None
        for path, (start, _) in sorted(self.document.index.headers.items(), key=lambda item: item[1]):
            inner = path[1] if path[0] == "tasks" and len(path) > 1 else None
            if path != ("tasks",) and inner != owner:
                if owner is not None:
                    limits.setdefault(owner, start)
                owner = inner
        return limits

    def _put(self, text: bytes, gap: bytes, to: "Slot") -> Splice:
        """Puts lines in a place, with empty lines where else a comment would seem to belong to another task."""
        newline = self.document.source.newline
        if to.at == self._top and self._last(to.at):
            return Splice(to.at, to.at, text)
        under_comment = to.behind and _comment(self._data[self._line_before(to.at) : to.at])
        if not to.behind or not self._last(to.at):
            at = self._after(to.at) if to.behind else to.at
            if not gap and to.behind and self._loose(at):
                return Splice(to.at, to.at, (newline if under_comment else b"") + text)
            tail = text.splitlines()[-1]
            return Splice(at, at, text + (gap or (newline if _comment(tail) else b"")))
        gap = gap or (newline if under_comment else b"")
        if self._data.endswith(b"\n", 0, to.at):
            return Splice(to.at, to.at, gap + text)
        return Splice(to.at, to.at, newline + gap + text[: -len(line_end_before(text, len(text)))])

    def _cut(self, first: int, last: int) -> Splice:
        """Takes out the lines from one task to another, with the empty lines behind them, or before at the end."""
        start, end = self.spans[first][0], self.spans[last][1]
        after, before = self._after(end), self._before(start)
        if after == len(self._data):
            if before > self._top and not self._data.endswith(b"\n", 0, end):
                before -= len(line_end_before(self._data, before))
            return Splice(before, end, b"")
        if before == start > self._floor and self._loose(after):
            return Splice(start, end, b"")  # else that comment would seem to belong to what stands before
        return Splice(start, after, b"")

    def _runs(self, positions: list[int]) -> Iterator[tuple[int, int]]:
        """The tasks as runs, between whose tasks nothing stands."""
        first = last = None
        for position in positions:
            if last is not None and self._after(self.spans[last][1]) == self.spans[position][0]:
                last = position
                continue
            if first is not None and last is not None:
                yield first, last
            first = last = position
        if first is not None and last is not None:
            yield first, last

    def _above(self, header: int, floor: int) -> int:
        """Where the comment lines begin that stand directly above a header."""
        start = self.document.source.line_start(header)
        while start > floor:
            before = self._line_before(start)
            line = self._data[before:start]
            if not _comment(line):
                break
            start = before
        return start

    def _below(self, end: int) -> int:
        """Where the comment lines end that follow a task's last key, unless the next table owns them."""
        behind = self._comments(end)
        return behind if self._ends(behind) else end

    def _loose(self, at: int) -> bool:
        """Whether comment lines begin here that belong to no table below them."""
        behind = self._comments(at)
        return behind > at and self._ends(behind)

    def _comments(self, at: int) -> int:
        source = self.document.source
        while at < len(self._data) and _comment(self._data[at : source.line_end(at)]):
            at = source.line_end(at)
        return at

    def _ends(self, at: int) -> bool:
        """Whether an empty line or the end of the file is here."""
        return not self._data[at : self.document.source.line_end(at)].strip()

    def _last(self, at: int) -> bool:
        return self._after(at) == len(self._data)

    def _after(self, at: int) -> int:
        """The end of the empty lines that begin here."""
        source = self.document.source
        while at < len(self._data) and not self._data[at : source.line_end(at)].strip():
            at = source.line_end(at)
        return at

    def _before(self, at: int) -> int:
        """The start of the empty lines that end here."""
        while at > self._top and not self._data[self._line_before(at) : at].strip():
            at = self._line_before(at)
        return at

    def _line_before(self, at: int) -> int:
        """The start of the line that ends here."""
        return self.document.source.line_start(max(at - 1, self._top))


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a task: right at the start of another one, or behind something."""

    at: int
    behind: bool


def _comment(line: bytes) -> bool:
    return line.lstrip().startswith(b"#")
