"""The statements of a TOML file: on which line each stands, and which keys it sets."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

KeyPath = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A header, or a key with its value: whole lines.

    Args:
        line: Its first line, from 1.
        start: Where it begins, in characters.
        end: Where the next line begins.
        table: The table that it stands in; of a header, the one that it opens.
        header: Whether it is a header.
        sets: The path of each value that it sets, and of each table on the way there.
    """

    line: int
    start: int
    end: int
    table: KeyPath
    header: bool
    sets: tuple[KeyPath, ...]


def statements(text: str) -> Iterator[Statement]:
    """The statements of a TOML file in their order.

    A statement ends with the first line that makes it one: no beginning of a value over several lines is a value.

    Args:
        text: The file, which tomllib accepts, without a byte order mark.
    """
    table: KeyPath = ()
    start = at = 0
    first = line = 1
    while at < len(text):
        end = text.find("\n", at) + 1 or len(text)
        said = _said(text[start:end])
        at, line = end, line + 1
        if said is None:
            continue
        if text[start:end].lstrip().startswith("["):
            table = _opened(said)
            yield Statement(first, start, end, table, header=True, sets=())
        elif said:
            yield Statement(first, start, end, table, header=False, sets=tuple(_paths(said, table)))
        start, first = at, line


def lines(text: str) -> dict[KeyPath, int]:
    """The line of each key, and of each table the first line that speaks of it.

    Args:
        text: The file, which tomllib accepts.
    """
    found: dict[KeyPath, int] = {}
    for statement in statements(text):
        for path in (statement.table, *statement.sets):
            for length in range(1, len(path) + 1):
                found.setdefault(path[:length], statement.line)
    return found


def _said(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _opened(said: Any) -> KeyPath:
    """The path that a header leads along."""
    path: KeyPath = ()
    while said:
        inner = said[0] if isinstance(said, list) else said
        if not inner:
            break
        key, said = next(iter(inner.items()))
        path = (*path, key)
    return path


def _paths(said: dict[str, Any], base: KeyPath) -> Iterator[KeyPath]:
    for key, value in said.items():
        path = (*base, key)
        yield path
        if isinstance(value, dict):
            yield from _paths(value, path)
