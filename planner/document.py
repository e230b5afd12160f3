"""A TOML file as values and exact places.

The values come from tomllib, which knows the language to the letter; the places come from tree-sitter, which
knows where everything stands. The places are worked out when the first one is asked for: a plan in good order
that has nothing to change never needs them.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from planner.diagnostics.finding import Finding, finding
from planner.places import Index, index
from planner.source import Source, Span

Path = tuple[str | int, ...]

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands.

    `value` is its value; `key` its key, or for a table the header that opens it. What has no value of its own
    (a table made of headers) has its header as both.
    """

    value: Span
    key: Span


@dataclass(frozen=True)
class Document:
    """A file that is good TOML.

    Args:
        source: Its bytes.
        values: What they say, as tomllib reads it.
    """

    source: Source
    values: dict[str, Any]

    @cached_property
    def index(self) -> Index:
        """The byte offsets of every key, value and header."""
        return index(self.source)

    def has(self, path: Path) -> bool:
        """Whether something stands at exactly this path in the text."""
        return path in self.index.values or path in self.index.headers

    def place(self, path: Path) -> Place:
        """Where the value at a path stands, or the nearest thing around it.

        Args:
            path: Keys and array positions, such as `("tasks", 3, "agent")`.
        """
        while path:
            value = self.index.values.get(path)
            key = self.index.keys.get(path, value)
            if value and key:
                return Place(self.source.span(*value), self.source.span(*key))
            header = self.index.headers.get(path)
            if header:
                span = self.source.span(*header)
                return Place(span, span)
            path = path[:-1]
        top = self.source.at(1, 1)
        return Place(top, top)

    def header(self, path: Path) -> Span | None:
        """The `[table]` or `[[array]]` header that opens the table at a path, if one does."""
        header = self.index.headers.get(path)
        return self.source.span(*header) if header else None


def parse(source: Source) -> Document | Finding:
    """Reads a file's bytes.

    Returns:
        The document, or what is wrong with its syntax (TT001).
    """
    try:
        text = source.body.decode("utf-8")
    except UnicodeDecodeError as error:
        start = len(source.data) - len(source.body) + error.start
        return _wrong(source, source.span(start, start + 1), "the file is not UTF-8", "save it as UTF-8")
    try:
        return Document(source, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        return _syntax(source, str(error))
    except RecursionError:
        return _wrong(source, source.at(1, 1), "the values are nested too deeply", "")
    except ValueError:  # Python refuses to read an integer of thousands of digits
        return _wrong(source, source.at(1, 1), "a number has too many digits", "")


def _syntax(source: Source, words: str) -> Finding:
    found = _PLACE.search(words)
    message = words[: found.start()] if found else words
    if found and found[1]:
        span = source.at(int(found[1]), int(found[2]))
    else:
        span = source.last()
        message += " at the end of the file"
    return _wrong(source, span, message[:1].lower() + message[1:], "")


def _wrong(source: Source, span: Span, message: str, remedy: str) -> Finding:
    return finding("TT001", source.name, span, message, help=remedy)
