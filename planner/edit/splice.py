"""Edits a plan's bytes: what is asked for changes, every other byte stays.

A changed file is read again before anybody may write it: unless it says exactly what was meant, and nothing
else differently, the edit is refused.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import tomlkit

from planner.document import Document, parse
from planner.source import BOM, Source
from tinytown.errors import TinytownError


class EditError(TinytownError):
    """The file cannot be changed so that it says just what was meant."""


@dataclass(frozen=True, slots=True)
class Put:
    """A key of an entry gets a value, or goes if the value is None.

    A key that the entry does not have yet goes behind the key `behind`, or else behind all others.
    """

    position: int
    key: str
    value: Any
    behind: str | None = None


@dataclass(frozen=True, slots=True)
class Append:
    """A new entry behind all others."""

    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Splice:
    """The bytes from `start` to `end` become `text`."""

    start: int
    end: int
    text: bytes


def edit(document: Document, wishes: Iterable[Put | Append]) -> bytes:
    """The file's bytes with the wishes carried out.

    Raises:
        EditError: The result would not say what was meant.
    """
    return edited(document, wishes).source.data


def edited(document: Document, wishes: Iterable[Put | Append]) -> Document:
    """The same as a document, for more edits.

    Raises:
        EditError: The result would not say what was meant.
    """
    wanted = list(wishes)
    puts = [wish for wish in wanted if isinstance(wish, Put)]
    appended = [wish.values for wish in wanted if isinstance(wish, Append)]
    splices = [placed(document, wish) for wish in puts]
    if appended:
        splices.append(_append(document, appended))
    meant = _meant(document.values, puts, appended)
    if not appended and _within_tables(document, puts, splices, meant):
        return Document(Source(document.source.name, _spliced(document.source.data, splices)), meant)
    return verified(document, splices, meant)


def placed(document: Document, wish: Put) -> Splice:
    """The change of bytes that puts a value in its place."""
    path = ("tasks", wish.position, wish.key)
    if not document.has(path):
        return _insert(document, wish)
    if wish.value is None:
        return _remove(document, wish)
    value = document.place(path).value
    return Splice(value.start, value.end, rendered(wish.value).encode())


def verified(document: Document, splices: Iterable[Splice], meant: Mapping[str, Any]) -> Document:
    """The file with some changes of its bytes.

    Args:
        document: The file.
        splices: The changes; no two of them overlap.
        meant: What the result is to say.

    Raises:
        EditError: It would say something else.
    """
    name = document.source.name
    result = parse(Source(name, _spliced(document.source.data, splices)))
    if not isinstance(result, Document) or result.values != meant:
        raise EditError(
            f"{name} is written in a way that cannot be edited safely; it was left as it is",
            "Write the tasks as [[tasks]] tables with one key on each line, then try again.",
        )
    return result


def rendered(value: Any) -> str:
    """A value in TOML."""
    return str(tomlkit.item(value).as_string())


def table(document: Document, entry: Mapping[str, Any]) -> bytes:
    """An entry as a [[tasks]] table, with the line ends of the file."""
    return document.source.newline.join([b"[[tasks]]", *_pairs(entry), b""])


def inline(entry: Mapping[str, Any]) -> bytes:
    """An entry as an inline table."""
    return b"{ " + b", ".join(_pairs(entry)) + b" }"


def _insert(document: Document, wish: Put) -> Splice:
    if wish.value is None:
        return Splice(0, 0, b"")
    source, entry = document.source, ("tasks", wish.position)
    keys = document.keys(entry)
    behind = [path for path in keys if path[2:] == (wish.behind,)]
    last = document.place(behind[0] if behind else keys[-1])
    start, end = last.key.start, last.value.end
    pair = f"{wish.key} = {rendered(wish.value)}".encode()
    if document.header(entry) is None:
        return Splice(end, end, b", " + pair)
    indent = source.data[source.line_start(start) : start]
    at = source.line_end(end)
    if source.data[at - 1 : at] == b"\n":
        return Splice(at, at, indent + pair + source.newline)
    return Splice(at, at, source.newline + indent + pair)


def _remove(document: Document, wish: Put) -> Splice:
    index, source = document.index, document.source
    path = ("tasks", wish.position, wish.key)
    start, end = index.keys[path][0], index.values[path][1]
    if path[:2] not in index.headers:
        return _remove_inline(document, path[:2], start, end)
    first, behind = source.line_start(start), source.line_end(end)
    comment = source.data[end:behind].strip()
    # A comment stays, and must not come to stand right above the next table, as if it were about that.
    over = source.data[source.line_start(max(first - 1, 0)) : first].lstrip().startswith(b"#")
    gap = source.newline if (comment or over) and _above_header(source, behind) else b""
    if comment:
        return Splice(start, behind, source.data[end:behind] + gap)
    if not source.data.endswith(b"\n", first, behind):  # the file ends without a line end, and is to go on so
        first -= len(line_end_before(source.data, first))
    return Splice(first, behind, gap)


def _above_header(source: Source, at: int) -> bool:
    """Whether a header begins at this line, or behind the comment lines that begin here."""
    while source.data[at : source.line_end(at)].lstrip().startswith(b"#"):
        at = source.line_end(at)
    return source.data[at : source.line_end(at)].lstrip().startswith(b"[")


def _remove_inline(document: Document, entry: tuple[str | int, ...], start: int, end: int) -> Splice:
    """Takes a pair out of an inline table, with the comma between it and its neighbour."""
    others = [
        (key[0], document.index.values[path][1])
        for path, key in document.index.keys.items()
        if path[:2] == entry and len(path) == 3 and key[0] != start  # noqa: PLR2004  tasks, position, key
    ]
    before = max((other_end for other, other_end in others if other < start), default=None)
    if before is not None:
        return Splice(before, end, b"")
    return Splice(start, min((other for other, _ in others), default=end), b"")


def line_end_before(data: bytes, at: int) -> bytes:
    """The line end that stands directly before an offset; empty if none does."""
    if data.endswith(b"\r\n", 0, at):
        return b"\r\n"
    return b"\n" if data.endswith(b"\n", 0, at) else b""


def _append(document: Document, entries: list[Mapping[str, Any]]) -> Splice:
    source, index = document.source, document.index
    array = index.values.get(("tasks",))
    if array is not None and ("tasks",) not in index.headers:
        tables = [inline(entry) for entry in entries]
        count = len(document.values["tasks"])
        if not count:
            return Splice(array[0] + 1, array[0] + 1, b", ".join(tables))
        _, end = index.values["tasks", count - 1]
        return Splice(end, end, b"".join(b", " + one for one in tables))
    newline, data = source.newline, source.data
    blocks = [table(document, entry) for entry in entries]
    lead = b"" if data in (b"", BOM) else newline if data.endswith(b"\n") else newline * 2
    return Splice(len(data), len(data), lead + newline.join(blocks))


def _pairs(entry: Mapping[str, Any]) -> list[bytes]:
    return [f"{key} = {rendered(value)}".encode() for key, value in entry.items()]


def _within_tables(
    document: Document, puts: Iterable[Put], splices: Iterable[Splice], meant: Mapping[str, Any]
) -> bool:
    """Whether each splice lies in the table of its entry, and that table alone says what is meant.

    Then all else means what it meant before: to read a large file again for the sake of a few tables would take
    most of the time of a pull. If it cannot be seen so, all is read.
    """
    tables: dict[int, list[Splice]] = defaultdict(list)
    for put, splice in zip(puts, splices, strict=True):
        tables[put.position].append(splice)
    for position, inside in tables.items():
        start, end = document.stretch(("tasks", position)) or (0, 0)
        if any(not start <= one.start <= one.end <= end for one in inside):
            return False
        moved = [Splice(one.start - start, one.end - start, one.text) for one in inside]
        text = _spliced(document.source.data[start:end], moved)
        alone = parse(Source(document.source.name, text))
        whole = end == len(document.source.data) or text.endswith(b"\n")
        if not whole or not isinstance(alone, Document) or alone.values != {"tasks": [meant["tasks"][position]]}:
            return False
    return True


def _spliced(data: bytes, splices: Iterable[Splice]) -> bytes:
    pieces: list[bytes] = []
    at = 0
    for splice in sorted(splices, key=lambda splice: splice.start):
        pieces += [data[at : splice.start], splice.text]
        at = splice.end
    return b"".join([*pieces, data[at:]])


def _meant(values: dict[str, Any], puts: list[Put], appended: list[Mapping[str, Any]]) -> dict[str, Any]:
    meant = dict(values)
    if puts or appended:
        meant["tasks"] = list(values.get("tasks", ()))
    for put in puts:
        entry = meant["tasks"][put.position] = dict(meant["tasks"][put.position])
        if put.value is None:
            entry.pop(put.key, None)
        else:
            entry[put.key] = put.value
    if appended:
        meant["tasks"] += appended
    return meant
