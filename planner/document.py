"""A TOML file as values and exact places.

The values come from tomllib, which knows the language to the letter; the places come from tree-sitter, which
knows where everything stands. The places are worked out when the first one is asked for: a plan in good order
that has nothing to change never needs them.
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from planner.diagnostics.finding import Finding, finding
from planner.places import Index, index
from planner.source import Source, Span

Path = tuple[str | int, ...]

_PARTS = 64
_KEY = r"(?:[A-Za-z0-9_-]+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')"
_DEEP = rf"{_KEY}(?:[ \t]*+\.[ \t]*+{_KEY}){{{_PARTS}}}"
_DEEP_KEY = re.compile(_DEEP)
_DEEP_OR_TEXT = re.compile(
    rf"(?P<deep>{_DEEP})"
    r"|\"{3}(?:[^\"\\]|\\.|\"(?!\"\"))*+\"{3,5}|'{3}(?:[^']|'(?!''))*+'{3,5}"
    r"|\"(?:[^\"\\\n]|\\.)*+\"|'[^'\n]*+'|\#[^\n]*|[A-Za-z0-9_-]++",
    re.DOTALL,
)
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
    def _index(self) -> Index:
        return index(self.source)

    @property
    def index(self) -> Index:
        """The byte offsets of every key, value and header."""
        return self._index.complete()

    def has(self, path: Path) -> bool:
        """Whether something stands at exactly this path in the text."""
        self._index.look(path)
        return path in self._index.values or path in self._index.headers

    def place(self, path: Path) -> Place:
        """Where the value at a path stands, or the nearest thing around it.

        Args:
            path: Keys and array positions, such as `("tasks", 3, "agent")`.
        """
        self._index.look(path)
        while path:
            value = self._index.values.get(path)
            key = self._index.keys.get(path, value)
            if value and key:
                return Place(self.source.span(*value), self.source.span(*key))
            header = self._index.headers.get(path)
            if header:
                span = self.source.span(*header)
                return Place(span, span)
            path = path[:-1]
        top = self.source.at(1, 1)
        return Place(top, top)

    def keys(self, path: Path) -> Sequence[Path]:
        """The paths of the keys that are written in the table at a path, in the order of the file."""
        self._index.look(path)
        return self._index.inside.get(path, ())

    def stretch(self, path: Path) -> tuple[int, int] | None:
        """The bytes from the header that opens the table at a path up to the next header or the end."""
        header = self._index.headers.get(path)
        if header is None:
            return None
        following = bisect_right(self._headers, header[0])
        return header[0], self._headers[following] if following < len(self._headers) else len(self.source.data)

    @cached_property
    def _headers(self) -> list[int]:
        return sorted({start for start, _ in self._index.headers.values()})

    def header(self, path: Path) -> Span | None:
        """The `[table]` or `[[array]]` header that opens the table at a path, if one does."""
        header = self._index.headers.get(path)
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
        if source.data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return _wrong(source, source.at(1, 1), "the file is UTF-16, not UTF-8", "save it as UTF-8")
        return _wrong(source, source.span(start, start + 1), "the file is not UTF-8", "save it as UTF-8")
    deep = too_deep(text)
    if deep is not None:
        line, column = text.count("\n", 0, deep) + 1, deep - text.rfind("\n", 0, deep)
        return _wrong(
            source, source.at(line, column), "a key with so many dots is refused", f"write {_PARTS} parts at most"
        )
    try:
        return Document(source, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        return _syntax(source, str(error))
    except RecursionError:
        return _wrong(source, source.at(1, 1), "the values are nested too deeply", "")
    except ValueError:  # Python refuses to read an integer of thousands of digits
        return _wrong(source, source.at(1, 1), "a number has too many digits", "")


def too_deep(text: str) -> int | None:
    """Where a key of so many parts begins that tomllib would take for ever; None if there is none."""
    if text.count(".") < _PARTS:
        return None
    for line in text.split("\n"):
        if len(line) > 2 * _PARTS and line.count(".") >= _PARTS and _DEEP_KEY.search(line):
            break
    else:
        return None
    found = (hit.start("deep") for hit in _DEEP_OR_TEXT.finditer(text) if hit["deep"])
    return next(found, None)


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
