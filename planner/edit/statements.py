"""A file as its statements: each header, each key with its value, each comment, each empty line."""

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from enum import StrEnum

from planner.document import Document, Path

_HEAD = re.compile(rb"[ \t]*")


class Kind(StrEnum):
    """What a statement is."""

    EMPTY = "empty"
    COMMENT = "comment"
    HEADER = "header"
    PAIR = "pair"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, with the comment at its end.

    Args:
        kind: What it is.
        path: What its key or header means; empty for the others.
        text: The key, the inside of the header's brackets, or the comment.
        start: Where its value begins, in bytes; for a pair only.
        end: Where its value ends.
        gap: The spaces before the comment at its end.
        comment: That comment, without what follows its last letter; empty if there is none.
    """

    kind: Kind
    path: Path = ()
    text: str = ""
    start: int = 0
    end: int = 0
    gap: str = ""
    comment: str = ""


@dataclass(slots=True)
class _Places:
    """Where the values and headers begin that are no part of another value."""

    starts: list[int] = field(default_factory=list)
    values: list[tuple[int, Path]] = field(default_factory=list)
    headers: dict[int, tuple[int, Path]] = field(default_factory=dict)


def statements(document: Document) -> list[Statement]:
    """The statements of a document in their order."""
    places = _places(document)
    data = document.source.data
    found: list[Statement] = []
    at = len(data) - len(document.source.body)
    while at < len(data):
        statement, at = _next(data, at, places)
        found.append(statement)
    return found


def _next(data: bytes, at: int, places: _Places) -> tuple[Statement, int]:
    found = _HEAD.match(data, at)
    start = found.end() if found else at
    first = data[start : start + 1]
    if first in (b"", b"\r", b"\n", b"#"):
        rest, behind = _line(data, start)
        return Statement(Kind.COMMENT if rest else Kind.EMPTY, text=rest.rstrip(" \t")), behind
    if first == b"[":
        end, path = places.headers[start]
        rest, behind = _line(data, end)
        inside = data[start:end].decode().strip("[]")
        return _with_comment(Kind.HEADER, path, inside, (start, end), rest), behind
    index = bisect_left(places.starts, start)
    value = places.starts[index]
    end, path = places.values[index]
    rest, behind = _line(data, end)
    key = data[start:value].decode().rstrip(" \t").removesuffix("=")
    return _with_comment(Kind.PAIR, path, key, (value, end), rest), behind


def _with_comment(kind: Kind, path: Path, text: str, span: tuple[int, int], rest: str) -> Statement:
    comment = rest.strip(" \t")
    gap = rest[: len(rest) - len(rest.lstrip(" \t"))] if comment else ""
    return Statement(kind, path, text.strip(), *span, gap=gap, comment=comment)


def _line(data: bytes, at: int) -> tuple[str, int]:
    """The rest of a line, and where the next one begins."""
    following = data.find(b"\n", at)
    behind = len(data) if following < 0 else following + 1
    return data[at:behind].decode().rstrip("\r\n"), behind


def _places(document: Document) -> _Places:
    index = document.index
    found = _Places()
    end = -1
    # Of the paths that share a value's place the last one is the whole: `a.b = 1` is entered as `a` as well.
    for path, span in sorted(index.values.items(), key=lambda entry: (entry[1][0], -entry[1][1], len(entry[0]))):
        if found.starts and span == (found.starts[-1], end):
            found.values[-1] = (end, path)
        elif span[0] >= end:
            end = span[1]
            found.starts.append(span[0])
            found.values.append((end, path))
    for path, (start, stop) in sorted(index.headers.items(), key=lambda entry: len(entry[0])):
        found.headers[start] = (stop, path)
    return found
