"""The canonical form of tasks.toml.

Tables stay in their order, which means something to people; within a table the keys that have an order get it,
and a comment above a key goes where the key goes. There is one empty line before each table, none within one but
between two comments. Comments that stand directly above a header belong to it, comments directly below a table's
last key to that table, and those with empty lines on both sides to nobody: they stay where they are.

Only strings, arrays of plain values, spaces and empty lines are written anew; strings of several lines, inline
tables and numbers stay as they are.
"""

from dataclasses import dataclass, field

from planner.document import Document, Path, parse
from planner.edit.array import Array
from planner.edit.spelling import INDENT, array, key, respelled
from planner.edit.splice import EditError
from planner.edit.statements import Kind, Statement, statements
from planner.schema import AgentTable, MetaTable, TaskTable
from planner.source import BOM, Source

TASK_KEYS = tuple(TaskTable.model_fields)
"""The order of a task's keys."""

_META_KEYS = tuple(MetaTable.model_fields)
_AGENT_KEYS = tuple(AgentTable.model_fields)


@dataclass(slots=True)
class _Key:
    """A key with its value, and the comments above it; in them None is an empty line."""

    above: list[str | None]
    path: Path
    text: str


@dataclass(slots=True)
class _Table:
    """A header and what belongs to it; what stands before the first header has none."""

    path: Path = ()
    above: list[str] = field(default_factory=list)
    header: str = ""
    keys: list[_Key] = field(default_factory=list)
    below: list[str | None] = field(default_factory=list)
    """Comments behind the last key, and empty lines; these are from the first on what nobody owns."""


def formatted(document: Document) -> bytes:
    """A file's bytes in canonical form; the same bytes if it has it already.

    Raises:
        EditError: It is written in a way that cannot be put into form safely.
    """
    source = document.source
    try:
        tables = _tables(document)
    except (LookupError, UnicodeDecodeError):
        raise _refusal(source.name) from None
    newline = source.newline.decode()
    text = newline.join(_lines(tables))
    data = (BOM if source.data.startswith(BOM) else b"") + (text + newline if text else "").encode()
    result = parse(Source(source.name, data))
    if not isinstance(result, Document) or result.values != document.values:
        raise _refusal(source.name)
    return data


def _refusal(name: str) -> EditError:
    return EditError(
        f"{name} is written in a way that cannot be put into form safely; it was left as it is",
        "Write each key with its value on lines of their own, then try again.",
    )


def _tables(document: Document) -> list[_Table]:
    tables = [_Table()]
    loose: list[str | None] = []  # comments whose owner is not known yet
    for statement in statements(document):
        match statement.kind:
            case Kind.EMPTY:
                loose.append(None)
            case Kind.COMMENT:
                loose.append(statement.text)
            case Kind.HEADER:
                above = _last_block(loose)
                tables[-1].below = loose
                tables.append(_Table(statement.path, above, _header(document, statement)))
                loose = []
            case Kind.PAIR:
                tables[-1].keys.append(_Key(loose, statement.path, _pair(document, statement)))
                loose = []
    tables[-1].below = loose
    return tables


def _last_block(loose: list[str | None]) -> list[str]:
    """Takes off the comments that stand directly above what comes next."""
    block: list[str] = []
    while loose and (line := loose[-1]) is not None:
        block.insert(0, line)
        loose.pop()
    return block


def _lines(tables: list[_Table]) -> list[str]:
    lines: list[str] = []
    for table in tables:
        block = [*table.above, *([table.header] if table.header else []), *_inside(table)]
        if lines and block:
            lines.append("")
        lines += block
    return lines


def _inside(table: _Table) -> list[str]:
    order = _order(table.path)
    lines: list[str] = []
    for one in sorted(table.keys, key=lambda one: _rank(one.path, table.path, order)):
        lines += _paragraphs(one.above, keep_edges=bool(not table.header and lines), keep_end=not table.header)
        lines.append(one.text)
    return lines + _paragraphs(table.below, keep_edges=bool(lines or table.header))


def _order(path: Path) -> tuple[str, ...]:
    match path:
        case ("tasks", int()):
            return TASK_KEYS
        case ("meta",):
            return _META_KEYS
        case ("agents", str()):
            return _AGENT_KEYS
    return ()


def _rank(path: Path, table: Path, order: tuple[str, ...]) -> int:
    name = str(path[len(table)])
    return order.index(name) if name in order else len(order)


def _paragraphs(comments: list[str | None], *, keep_edges: bool, keep_end: bool = False) -> list[str]:
    """Comments with one empty line between paragraphs; at the edges only where it is wanted."""
    lines: list[str] = []
    for line in comments:
        if line is not None:
            lines.append(line)
        elif lines[-1:] != [""] and (lines or keep_edges):
            lines.append("")
    if lines[-1:] == [""] and not keep_end:
        lines.pop()
    return lines


def _header(document: Document, statement: Statement) -> str:
    brackets = "[[", "]]"
    if document.source.data[statement.start + 1 : statement.start + 2] != b"[":
        brackets = "[", "]"
    return _commented(f"{brackets[0]}{key(statement.text)}{brackets[1]}", statement)


def _pair(document: Document, statement: Statement) -> str:
    name = key(statement.text)
    return _commented(f"{name} = {_value(document, statement, len(name) + 3)}", statement)


def _commented(text: str, statement: Statement) -> str:
    if not statement.comment:
        return text
    gap = statement.gap if len(statement.gap) > 1 and not statement.gap.strip(" ") else "  "
    return f"{text}{gap}{statement.comment}"


def _value(document: Document, statement: Statement, before: int) -> str:
    text = document.source.data[statement.start : statement.end].decode()
    value = _at(document, statement.path)
    if isinstance(value, str):
        return respelled(text, value)
    if isinstance(value, list):
        return _array(document, statement, text, before)
    return text


def _array(document: Document, statement: Statement, text: str, before: int) -> str:
    newline = document.source.newline.decode()
    values = _at(document, statement.path)
    written = Array.at(document, statement.path)
    if written is None or not isinstance(values, list) or len(written.items) != len(values):
        return text
    raw = [document.source.data[start:end].decode() for start, end in written.items]
    if any(isinstance(value, list | dict) for value in values) or any("\n" in element for element in raw):
        return text
    if written.commented:
        return _reindented(text, newline)
    elements = [
        respelled(element, value) if isinstance(value, str) else element
        for element, value in zip(raw, values, strict=True)
    ]
    return array(elements, before, newline)


def _reindented(text: str, newline: str) -> str:
    first, *rest = (line.strip(" \t\r") for line in text.split("\n"))
    return newline.join([first, *(line if line.startswith("]") or not line else INDENT + line for line in rest)])


def _at(document: Document, path: Path) -> object:
    value: object = document.values
    for part in path:
        value = value[part]  # type: ignore[index]  # a path leads through tables and lists only
    return value
