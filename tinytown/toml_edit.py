"""Edits tinytown.toml: the value that is meant changes, every other character stays."""

import re
import tomllib
from collections.abc import MutableMapping
from typing import Any, cast

import tomlkit
from tomlkit.items import InlineTable

from tinytown.errors import ConfigError
from tinytown.statements import KeyPath, Statement, statements


def put(text: str, path: KeyPath, value: Any) -> str:
    """The file with a key set, in its place if it is there, else behind the other keys of its table.

    Args:
        text: The file, which tomllib accepts, without a byte order mark.
        path: The key.
        value: A text, a number or a truth value.

    Raises:
        ConfigError: The file is written in a way that cannot be edited safely.
    """
    meant = tomllib.loads(text)
    table = meant
    for key in path[:-1]:
        table = table.setdefault(key, {})
        if not isinstance(table, dict):
            raise _unsafe()
    table[path[-1]] = value
    return _checked(_put(text, path, value), meant)


def take(text: str, path: KeyPath) -> str:
    """The file without a key, or without a table and all that is in it; as it is if it has none of that path.

    Args:
        text: The file, which tomllib accepts, without a byte order mark.
        path: The key or the table.

    Raises:
        ConfigError: The file is written in a way that cannot be edited safely.
    """
    meant = tomllib.loads(text)
    if not _has(meant, path):
        return text
    kept = _take(text, path)
    said = tomllib.loads(kept)
    _delete(meant, path)
    for length in range(len(path) - 1, 0, -1):  # an empty table that stands nowhere any more is gone too
        if not _has(said, path[:length]) and not _at(meant, path[:length]):
            _delete(meant, path[:length])
    return _checked(kept, meant)


def _put(text: str, path: KeyPath, value: Any) -> str:
    found = list(statements(text))
    for statement in found:
        if path in statement.sets or _inline(text, statement, path[:-1]):
            return _within(text, statement, path, value)
    table = path[:-1]
    inside = [statement for statement in found if statement.table == table]
    if inside or not table:
        end = inside[-1].end if inside else 0
        first = min((one.start for one in found if one.header and one.start >= end), default=len(text))
        start = inside[0].start if inside else 0
        return _insert(text, _commented(text, start, first, path[-1]) or end, path[-1:], value)
    beside = [one for one in found if any(other[:-1] == table for other in one.sets)]
    if beside:
        return _insert(text, beside[-1].end, path[len(beside[-1].table) :], value)
    newline = _newline(text)
    gap = "" if not text or text.endswith("\n") else newline
    header = ".".join(tomlkit.key(part).as_string() for part in table)
    return f"{text}{gap}{newline if text else ''}[{header}]{newline}{_pair(path[-1:], value)}{newline}"


def _within(text: str, statement: Statement, path: KeyPath, value: Any) -> str:
    """Edits one statement; a value of None takes the key out."""
    document = tomlkit.parse(text[statement.start : statement.end])
    own = path if statement.header else path[len(statement.table) :]
    table = cast(MutableMapping[str, Any], document)
    for key in own[:-1]:
        table = table[key]
    if value is None:
        del table[own[-1]]
    else:
        table[own[-1]] = value
    return text[: statement.start] + document.as_string() + text[statement.end :]


def _inline(text: str, statement: Statement, table: KeyPath) -> bool:
    """Whether the statement holds this table, in braces."""
    if table not in statement.sets:
        return False
    item: Any = tomlkit.parse(text[statement.start : statement.end])
    for key in table[len(statement.table) :]:
        item = item[key]
    return isinstance(item, InlineTable)


def _commented(text: str, start: int, end: int, key: str) -> int | None:
    """Where the line ends that has this key, commented out."""
    found = re.compile(rf"^[ \t]*#[ \t]*{re.escape(key)}[ \t]*=.*(?:\n|$)", re.MULTILINE).search(text, start, end)
    return found.end() if found else None


def _insert(text: str, at: int, path: KeyPath, value: Any) -> str:
    newline = _newline(text)
    before = newline if at and text[at - 1] != "\n" else ""
    return f"{text[:at]}{before}{_pair(path, value)}{newline}{text[at:]}"


def _pair(path: KeyPath, value: Any) -> str:
    key = ".".join(tomlkit.key(part).as_string() for part in path)
    return f"{key} = {tomlkit.item(value).as_string()}"


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _take(text: str, path: KeyPath) -> str:
    found = list(statements(text))
    for number in range(len(found) - 1, -1, -1):
        one = found[number]
        if one.table[: len(path)] == path:
            before = text[: one.start]
            while one.header and before.endswith(("\n\n", "\n\r\n")):
                before = before.removesuffix("\n").removesuffix("\r")
            text = before + text[one.end :]
        elif path in one.sets:
            alone = all(other[: len(path)] == path or path[: len(other)] == other for other in one.sets)
            nested = any(_inline(text, one, path[:length]) for length in range(1, len(path)))
            whole = alone and not nested
            text = text[: one.start] + text[one.end :] if whole else _within(text, one, path, None)
    return text


def _has(values: Any, path: KeyPath) -> bool:
    for key in path:
        if not isinstance(values, dict) or key not in values:
            return False
        values = values[key]
    return True


def _at(values: dict[str, Any], path: KeyPath) -> Any:
    found: Any = values
    for key in path:
        found = found[key]
    return found


def _delete(values: dict[str, Any], path: KeyPath) -> None:
    _at(values, path[:-1]).pop(path[-1], None)


def _checked(text: str, meant: dict[str, Any]) -> str:
    """The edited file, if it says what was meant."""
    try:
        right = tomllib.loads(text) == meant
    except tomllib.TOMLDecodeError:
        right = False
    if not right:
        raise _unsafe()
    return text


def _unsafe() -> ConfigError:
    return ConfigError(
        "the file is written in a way that cannot be edited safely; it was left as it is",
        "Write each table under a [header] of its own with one key on each line, or edit the file by hand.",
    )
