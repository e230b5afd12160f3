"""Changes what a plan says beside its tasks: [meta], [pools], [agents.NAME]."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from planner.document import Document, Path
from planner.edit.array import Array
from planner.edit.block import Blocks
from planner.edit.splice import EditError, Splice, rendered, verified
from planner.edit.three.agree import MISSING, same

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def with_outside(canvas: Document, other: Document, wanted: Mapping[str, Any]) -> Document:
    """The plan with other things beside its tasks.

    Args:
        canvas: The plan.
        other: A plan that says some of the new things: they are written as in it.
        wanted: All that is to stand beside the tasks.

    Raises:
        EditError: The file cannot be changed safely.
    """
    now = {key: value for key, value in canvas.values.items() if key != "tasks"}
    for path, value in list(_differences(now, wanted, ())):
        canvas = _put(canvas, other, path, value)
    return canvas


def _differences(now: Mapping[str, Any], wanted: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, Any]]:
    for key in {**now, **wanted}:
        old, new, here = now.get(key, MISSING), wanted.get(key, MISSING), (*path, key)
        if same(old, new):
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _differences(old, new, here)
        elif old is MISSING and _of_tables(new):
            yield from _differences({}, new, here)
        else:
            yield here, new


def _of_tables(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(isinstance(inner, dict) for inner in value.values())


def _put(canvas: Document, other: Document, path: Path, value: Any) -> Document:
    index = canvas.index
    meant = _with(canvas.values, path, value)
    whole = _inline_above(canvas, path)
    if whole:
        inner = meant
        for key in whole:
            inner = inner[str(key)]
        splices = [Splice(*index.values[whole], _toml(inner))]
    elif value is MISSING:
        splices = list(_gone(canvas, path))
    elif path in index.values:
        splices = [Splice(*index.values[path], _written(canvas, other, path, value))]
    elif isinstance(value, dict):
        splices = [_new_table(canvas, other, path, value)]
    else:
        splices = [_new_pair(canvas, other, path, value)]
    return verified(canvas, splices, meant)


def _with(values: Mapping[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """The values with another one at a path."""
    key, rest = str(path[0]), path[1:]
    kept = {name: inner for name, inner in values.items() if name != key}
    if rest:
        return {**values, key: _with(values.get(key, {}), rest, value)}
    return kept if value is MISSING else {**values, key: value}


def _inline_above(canvas: Document, path: Path) -> Path:
    """The path of the inline table that holds a key; empty if none does."""
    for length in range(1, len(path)):
        whole = path[:length]
        if whole in canvas.index.values and not _dotted(canvas, whole):
            return whole
    return ()


def _dotted(canvas: Document, path: Path) -> bool:
    """Whether a table is made of keys with dots: it has the place of the first of their values."""
    values = canvas.index.values
    return any(found[:-1] == path and span == values[path] for found, span in values.items() if len(found) > 1)


def _written(canvas: Document, other: Document, path: Path, value: Any) -> bytes:
    """A value as the other file writes it, if it does."""
    here: Any = other.values
    for key in path:
        here = here.get(key) if isinstance(here, dict) else None
    span = other.index.values.get(path)
    if span and same(here, value):
        return converted(other.source.data[slice(*span)], canvas)
    return _toml(value)


def _toml(value: Any) -> bytes:
    """A value, a table within braces."""
    if not isinstance(value, dict):
        return rendered(value).encode()
    return b"{ " + b", ".join(_key((key,)).encode() + b" = " + _toml(inner) for key, inner in value.items()) + b" }"


def converted(data: bytes, canvas: Document) -> bytes:
    """Bytes with the line ends of a file."""
    return data.replace(b"\r\n", b"\n").replace(b"\n", canvas.source.newline)


def _tables(document: Document) -> list[tuple[Path, int, int]]:
    """The tables that are no tasks: their paths, where their headers begin, and where their last keys end."""
    index, source = document.index, document.source
    starts = sorted((start, path) for path, (start, _) in index.headers.items() if path[:1] != ("tasks",))
    bounds = sorted({start for start, _ in index.headers.values()})
    found = []
    for start, path in starts:
        limit = next((at for at in bounds if at > start), len(source.data))
        ends = [end for _, end in [*index.values.values(), *index.headers.values()] if start < end <= limit]
        found.append((path, start, source.line_end(max(ends))))
    return found


def _gone(canvas: Document, path: Path) -> Iterator[Splice]:
    """Takes a key out, or all tables of that name; comments above them stay."""
    source, index = canvas.source, canvas.index
    tables = {(start, end) for found, start, end in _tables(canvas) if found[: len(path)] == path}
    lines = set(tables)
    for found, (start, _) in index.keys.items():
        if found[: len(path)] == path:
            lines.add((start, source.line_end(index.values[found][1])))
    last = 0
    for start, end in sorted(lines, key=lambda line: (line[0], -line[1])):
        if start < last:
            continue
        first, last = source.line_start(start), end
        above = source.data[source.line_start(max(first - 1, 0)) : first].strip()
        if (start, end) in tables and not above:
            while last < len(source.data) and not source.data[last : source.line_end(last)].strip():
                last = source.line_end(last)
        yield Splice(first, last, b"")


def _new_pair(canvas: Document, other: Document, path: Path, value: Any) -> Splice:
    """Puts a key at the end of its table, or behind the keys with dots that make it."""
    source, index = canvas.source, canvas.index
    ends = [end for found, _, end in _tables(canvas) if found == path[:-1]]
    name = path[-1:]
    if not ends:
        top = min((start for start, _ in index.headers.values()), default=len(source.data))
        spans = [index.values[found] for found in index.keys if found[:-1] == path[:-1] and len(found) > 1]
        ends, name = [source.line_end(end) for start, end in spans if start < top], path
    if not ends:
        raise EditError(
            f"{source.name} has no [{_key(path[:-1])}] to put {_key(path[-1:])} in",
            "Write it by hand.",
        )
    at = max(ends)
    line = _key(name).encode() + b" = " + _written(canvas, other, path, value)
    if source.data.endswith(b"\n", 0, at):
        return Splice(at, at, line + source.newline)
    return Splice(at, at, source.newline + line)


def _new_table(canvas: Document, other: Document, path: Path, value: Mapping[str, Any]) -> Splice:
    source = canvas.source
    at, newline = _room(canvas, path), source.newline
    text = _table_text(canvas, other, path, value)
    before = source.data[len(source.data) - len(source.body) : at]
    below = source.data[at : source.line_end(at)].strip()
    if not before.strip() or before.endswith((b"\n\n", b"\n\r\n")):
        lead = b""
    else:
        lead = newline if before.endswith(b"\n") else newline * 2
    return Splice(at, at, lead + text + (newline if below else b""))


def _table_text(canvas: Document, other: Document, path: Path, value: Mapping[str, Any]) -> bytes:
    for found, start, end in _tables(other):
        if found == path:
            text = converted(other.source.data[other.source.line_start(start) : end], canvas)
            return text if text.endswith(b"\n") else text + canvas.source.newline
    pairs = [f"{_key((key,))} = ".encode() + _written(canvas, other, (*path, key), value[key]) for key in value]
    return canvas.source.newline.join([f"[{_key(path)}]".encode(), *pairs, b""])


def _room(canvas: Document, path: Path) -> int:
    """Where a new table goes: behind those of its kind, or else before the tasks."""
    tables = _tables(canvas)
    kin = [end for found, _, end in tables if found[:1] == path[:1]]
    before = [end for _, start, end in tables if start < _first_task(canvas)]
    if kin or before:
        return max(kin or before)
    return _first_task(canvas)


def _first_task(canvas: Document) -> int:
    if Array.at(canvas, ("tasks",)) is not None or ("tasks",) not in canvas.index.headers:
        return len(canvas.source.data)
    return Blocks(canvas).spans[0][0]


def _key(path: Path) -> str:
    return ".".join(str(key) if _BARE.fullmatch(str(key)) else rendered(str(key)) for key in path)
