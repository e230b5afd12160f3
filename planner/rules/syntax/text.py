"""The text of a broken file, with places told in characters."""

from bisect import bisect_right
from itertools import accumulate

from planner.source import Source, Span


class Text:
    """A file's text with LF line ends, and where its characters stand in the bytes.

    Args:
        source: The file, in good UTF-8.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self.text = source.body.decode().replace("\r\n", "\n")
        lengths = [len(line) + 1 for line in self.text.split("\n")]
        self._starts = [0, *accumulate(lengths[:-1])]

    def line(self, at: int) -> int:
        """The number of the line that a character stands on, from 1."""
        return bisect_right(self._starts, at)

    def offset(self, line: int, column: int) -> int:
        """The character at a line and column."""
        return self._starts[min(line, len(self._starts)) - 1] + column - 1

    def span(self, start: int, end: int) -> Span:
        """The stretch of the file between two characters."""
        first, last = self._place(start), self._place(max(start, end))
        return Span(first.start, last.start, first.line, first.column, last.line, last.column)

    def _place(self, at: int) -> Span:
        line = self.line(at)
        return self._source.at(line, at - self._starts[line - 1] + 1)
