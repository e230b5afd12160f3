"""The bytes of an array and of its elements: puts elements in, takes them out, changes their order."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from planner.document import Document, Path
from planner.edit.splice import Splice

_BLANKS = b" \t"


@dataclass(frozen=True)
class Array:
    """An array that is written in brackets.

    Args:
        data: The bytes of the file.
        start: Where its opening bracket stands.
        end: The place behind its closing bracket.
        items: The stretches of its elements.
    """

    data: bytes
    start: int
    end: int
    items: tuple[tuple[int, int], ...]

    @classmethod
    def at(cls, document: Document, path: Path) -> Self | None:
        """The array at a path; None if there is none, or if it is made of `[[headers]]`."""
        index = document.index
        if path not in index.values or path in index.headers:
            return None
        items: list[tuple[int, int]] = []
        while (*path, len(items)) in index.values:
            items.append(index.values[*path, len(items)])
        return cls(document.source.data, *index.values[path], tuple(items))

    @property
    def commented(self) -> bool:
        """Whether comments stand between its elements."""
        bounds = [self.start, *(at for item in self.items for at in item), self.end]
        return any(b"#" in self.data[bounds[n] : bounds[n + 1]] for n in range(0, len(bounds), 2))

    def inserted(self, behind: int, texts: Sequence[bytes]) -> Splice:
        """The change that puts elements behind another one.

        Args:
            behind: The other's number; of no account in an empty array.
            texts: The bytes of the new elements.
        """
        if not self.items:
            return Splice(self.start + 1, self.start + 1, b", ".join(texts))
        at = self.items[behind][1]
        return Splice(at, at, b"".join(self._separator() + text for text in texts))

    def without(self, gone: Collection[int]) -> list[Splice]:
        """The changes that take elements out. Comments between elements stay."""
        if self.commented:
            return [self._alone(number) for number in sorted(gone)]
        kept = [number for number in range(len(self.items)) if number not in gone]
        if not kept:
            end = self.items[-1][1]
            return [Splice(self.items[0][0], self._behind_comma(end) or end, b"")]
        first = kept[0]
        head = [Splice(self.items[0][0], self.items[first][0], b"")] if first else []
        return head + [
            Splice(self.items[number - 1][1], self.items[number][1], b"")
            for number in sorted(gone)
            if number > first
        ]

    def ordered(self, order: Sequence[int]) -> list[Splice]:
        """The changes that put the elements into another order; what stands between them stays."""
        return [
            Splice(start, end, self.data[slice(*self.items[number])])
            for (start, end), number, here in zip(self.items, order, range(len(order)), strict=True)
            if number != here
        ]

    def _separator(self) -> bytes:
        """What is to stand between an element and a new one: what stands between two others."""
        for (_, end), (start, _) in pairwise(self.items):
            between = self.data[end:start]
            return b", " if b"#" in between else between
        lead = self.data[self.start + 1 : self.items[0][0]]
        return b"," + lead if b"\n" in lead and b"#" not in lead else b", "

    def _alone(self, number: int) -> Splice:
        """Takes out an element and its comma, and its line if nothing else is on it."""
        start, end = self.items[number]
        if number and not self.data[self.items[number - 1][1] : start].strip(b" \t,"):
            return Splice(self.items[number - 1][1], end, b"")
        comma = self._behind_comma(end)
        first, last = self.data.rfind(b"\n", 0, start) + 1, self.data.find(b"\n", end) + 1
        after = comma or end
        if not self.data[first:start].strip(_BLANKS) and last and not self.data[after:last].strip():
            return Splice(first, last, b"")
        while comma and self.data[after : after + 1] in (b" ", b"\t") and self.data[first:start].strip(_BLANKS):
            after += 1
        return Splice(start, after, b"")

    def _behind_comma(self, end: int) -> int | None:
        """The place behind the comma that follows on the same line, if one does."""
        while self.data[end : end + 1] in (b" ", b"\t"):
            end += 1
        return end + 1 if self.data[end : end + 1] == b"," else None
