"""The bytes of a file, and where in them a person would say that something is."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

BOM = b"\xef\xbb\xbf"
_STRETCH = 4096
_CONTINUATION = bytes(range(0x80, 0xC0))


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a file.

    `start` and `end` count bytes from the file's beginning; lines and columns are 1-based, columns in
    characters; the end is the place just behind the last character.
    """

    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True)
class Source:
    """A file's name and bytes.

    Args:
        name: How messages call the file.
        data: All its bytes, a BOM included.
    """

    name: str
    data: bytes
    _counts: dict[int, list[int]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _shown: dict[int, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def _starts(self) -> list[int]:
        """Where each line begins. Of most files nobody asks."""
        return [self._begin, *(found.end() for found in re.finditer(b"\n", self.data))]

    @property
    def _begin(self) -> int:
        return len(BOM) if self.data.startswith(BOM) else 0

    @property
    def body(self) -> bytes:
        """The bytes behind the BOM, if there is one."""
        return self.data[self._begin :]

    @property
    def newline(self) -> bytes:
        """The file's own line end: that of its first line."""
        first = self.data.find(b"\n")
        return b"\r\n" if first > 0 and self.data[first - 1 : first] == b"\r" else b"\n"

    def span(self, start: int, end: int) -> Span:
        """The stretch between two byte offsets."""
        line, column = self._place(start)
        end_line, end_column = self._place(max(start, end))
        return Span(start, end, line, column, end_line, end_column)

    def at(self, line: int, column: int) -> Span:
        """The one character at a line and column, or the line's end if it is shorter."""
        number = min(max(line, 1), len(self._starts))
        text = self.line(number)
        column = min(max(column, 1), len(text) + 1)
        start = self._starts[number - 1] + len(text[: column - 1].encode(errors="replace"))
        end = start + len(text[column - 1 : column].encode(errors="replace"))
        width = 1 if column <= len(text) else 0
        return Span(start, end, number, column, number, column + width)

    def last(self) -> Span:
        """The place just behind the last character that is not a line end."""
        number = len(self._starts)
        while number > 1 and not self.line(number):
            number -= 1
        return self.at(number, len(self.line(number)) + 1)

    def line(self, number: int) -> str:
        """The text of a line without its end."""
        if number in self._shown:
            return self._shown[number]
        start = self._starts[number - 1]
        end = self._starts[number] if number < len(self._starts) else len(self.data)
        text = self.data[start:end].decode(errors="replace").rstrip("\r\n")
        if len(text) > _STRETCH:  # it is asked for again with the next finding
            self._shown.clear()
            self._shown[number] = text
        return text

    def line_end(self, offset: int) -> int:
        """The offset just behind the line (with its line end) that `offset` lies in."""
        following = self.data.find(b"\n", offset)
        return len(self.data) if following < 0 else following + 1

    def line_start(self, offset: int) -> int:
        """The offset at which the line that `offset` lies in begins."""
        return self._starts[max(bisect_right(self._starts, offset) - 1, 0)]

    def _place(self, offset: int) -> tuple[int, int]:
        number = max(bisect_right(self._starts, offset), 1)
        start = self._starts[number - 1]
        if offset - start < _STRETCH:
            return number, len(self.data[start:offset].decode(errors="replace")) + 1
        # All of a plan may stand in one line: its characters are counted once for all places.
        counts = self._counts.get(number)
        if counts is None:
            counts = self._counts[number] = [0]
            end = self._starts[number] if number < len(self._starts) else len(self.data)
            for at in range(start, end, _STRETCH):
                counts.append(counts[-1] + _characters(self.data[at : min(at + _STRETCH, end)]))
        whole = (offset - start) // _STRETCH
        return number, counts[whole] + _characters(self.data[start + whole * _STRETCH : offset]) + 1


def _characters(data: bytes) -> int:
    """How many characters begin in some UTF-8."""
    return len(data.translate(None, _CONTINUATION))
