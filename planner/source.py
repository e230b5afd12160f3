"""The bytes of a file, and where in them a person would say that something is."""

from bisect import bisect_right
from dataclasses import dataclass, field

BOM = b"\xef\xbb\xbf"


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
    _starts: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        starts = [len(BOM) if self.data.startswith(BOM) else 0]
        at = self.data.find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.data.find(b"\n", at + 1)
        object.__setattr__(self, "_starts", starts)

    @property
    def body(self) -> bytes:
        """The bytes behind the BOM, if there is one."""
        return self.data[self._starts[0] :]

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
        start = self._starts[number - 1]
        end = self._starts[number] if number < len(self._starts) else len(self.data)
        return self.data[start:end].decode(errors="replace").rstrip("\r\n")

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
        return number, len(self.data[start:offset].decode(errors="replace")) + 1
