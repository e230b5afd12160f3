"""Edits a plan's bytes: what is asked for changes, every other byte stays.

A changed file is read again before anybody may write it: unless it says exactly what was meant, and nothing
else differently, the edit is refused.
"""

import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import tomlkit

from planner.document import Document, parse
from planner.source import BOM, Source
from tinytown.errors import TinytownError

_COMMA_AFTER = re.compile(rb"[ \t]*,[ \t]*")
_COMMA_BEFORE = re.compile(rb"[ \t]*,[ \t]*\Z")


class EditError(TinytownError):
    """The file cannot be changed so that it says just what was meant."""


@dataclass(frozen=True, slots=True)
class Put:
    """A key of an entry gets a value, or goes if the value is None."""

    position: int
    key: str
    value: Any


@dataclass(frozen=True, slots=True)
class Append:
    """A new entry behind all others."""

    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Splice:
    start: int
    end: int
    text: bytes


def edit(document: Document, wishes: Iterable[Put | Append]) -> bytes:
    """The file's bytes with the wishes carried out.

    Raises:
        EditError: The result would not say what was meant.
    """
    wanted = list(wishes)
    puts = [wish for wish in wanted if isinstance(wish, Put)]
    appended = [wish.values for wish in wanted if isinstance(wish, Append)]
    splices = [_put(document, wish) for wish in puts]
    if appended:
        splices.append(_append(document, appended))
    data = _spliced(document.source.data, splices)
    _verify(document, data, _meant(document.values, puts, appended))
    return data


def rendered(value: Any) -> str:
    """A value in TOML."""
    return str(tomlkit.item(value).as_string())


def _put(document: Document, wish: Put) -> _Splice:
    path = ("tasks", wish.position, wish.key)
    if path not in document.index.values:
        return _insert(document, wish)
    if wish.value is None:
        return _remove(document, wish)
    start, end = document.index.values[path]
    return _Splice(start, end, rendered(wish.value).encode())


def _insert(document: Document, wish: Put) -> _Splice:
    if wish.value is None:
        return _Splice(0, 0, b"")
    table = ("tasks", wish.position)
    source = document.source
    keys = [path for path in document.index.keys if path[:2] == table]
    last = max(keys, key=lambda path: document.index.keys[path][0])
    start, end = document.index.keys[last][0], document.index.values[last][1]
    pair = f"{wish.key} = {rendered(wish.value)}".encode()
    if table not in document.index.headers:
        return _Splice(end, end, b", " + pair)
    indent = source.data[source.line_start(start) : start]
    at = source.line_end(end)
    if source.data[at - 1 : at] == b"\n":
        return _Splice(at, at, indent + pair + source.newline)
    return _Splice(at, at, source.newline + indent + pair)


def _remove(document: Document, wish: Put) -> _Splice:
    path = ("tasks", wish.position, wish.key)
    source = document.source
    start, end = document.index.keys[path][0], document.index.values[path][1]
    if path[:2] not in document.index.headers:
        after = _COMMA_AFTER.match(source.data, end)
        before = _COMMA_BEFORE.search(source.data[:start])
        if after:
            return _Splice(start, after.end(), b"")
        return _Splice(before.start() if before else start, end, b"")
    behind = source.line_end(end)
    if source.data[end:behind].strip():  # a comment, which stays
        return _Splice(start, end, b"")
    return _Splice(source.line_start(start), behind, b"")


def _append(document: Document, entries: list[Mapping[str, Any]]) -> _Splice:
    source, index = document.source, document.index
    array = index.values.get(("tasks",))
    if array is not None and ("tasks",) not in index.headers:
        tables = [_inline(entry) for entry in entries]
        count = len(document.values["tasks"])
        if not count:
            return _Splice(array[0] + 1, array[0] + 1, b", ".join(tables))
        _, end = index.values["tasks", count - 1]
        return _Splice(end, end, b"".join(b", " + table for table in tables))
    newline, data = source.newline, source.data
    blocks = [newline.join([b"[[tasks]]", *_pairs(entry), b""]) for entry in entries]
    lead = b"" if data in (b"", BOM) else newline if data.endswith(b"\n") else newline * 2
    return _Splice(len(data), len(data), lead + newline.join(blocks))


def _inline(entry: Mapping[str, Any]) -> bytes:
    return b"{ " + b", ".join(_pairs(entry)) + b" }"


def _pairs(entry: Mapping[str, Any]) -> list[bytes]:
    return [f"{key} = {rendered(value)}".encode() for key, value in entry.items()]


def _spliced(data: bytes, splices: list[_Splice]) -> bytes:
    pieces: list[bytes] = []
    at = 0
    for splice in sorted(splices, key=lambda splice: splice.start):
        pieces += [data[at : splice.start], splice.text]
        at = splice.end
    return b"".join([*pieces, data[at:]])


def _meant(values: dict[str, Any], puts: list[Put], appended: list[Mapping[str, Any]]) -> dict[str, Any]:
    meant = copy.deepcopy(values)
    for put in puts:
        entry = meant["tasks"][put.position]
        if put.value is None:
            entry.pop(put.key, None)
        else:
            entry[put.key] = put.value
    if appended:
        meant.setdefault("tasks", []).extend(dict(entry) for entry in appended)
    return meant


def _verify(document: Document, data: bytes, meant: dict[str, Any]) -> None:
    name = document.source.name
    result = parse(Source(name, data))
    if not isinstance(result, Document) or result.values != meant:
        raise EditError(
            f"{name} is written in a way that cannot be edited safely; it was left as it is",
            "Write the tasks as [[tasks]] tables with one key on each line, then try again.",
        )
