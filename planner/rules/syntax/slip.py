"""A slip of the pen, and the text around it."""

import re
from typing import NamedTuple

_WORD = re.compile(r"[^\s,\]}#]+")


class Slip(NamedTuple):
    """What is wrong with a statement: a stretch of its text, in characters, and the words for it."""

    start: int
    end: int
    message: str
    help: str = ""
    label: str = ""


class Fault(NamedTuple):
    """A statement that tomllib refuses.

    `at` is where it gave up, and `words` what it said; `opened` is where something opens that is never closed.
    """

    text: str
    at: int
    words: str
    opened: int = -1

    @property
    def rest(self) -> str:
        """The text from where tomllib gave up, to the end of that line."""
        return self.text[self.at :].partition("\n")[0]

    def word(self, at: int | None = None) -> str:
        """The word at a place."""
        found = _WORD.match(self.text, self.at if at is None else at)
        return found[0] if found else ""

    def line(self, at: int) -> str:
        """The line from a place on, without a comment and the space at its end."""
        return without_comment(self.text[at:].partition("\n")[0])

    def here(self, length: int, message: str, help: str = "", label: str = "") -> Slip:  # noqa: A002  the word that the reader sees
        """A slip of so many characters, beginning where tomllib gave up."""
        return Slip(self.at, self.at + length, message, help, label)


def without_comment(line: str) -> str:
    """A line without what looks like a comment, and the space before it."""
    return line.partition(" #")[0].partition("\t#")[0].rstrip()
