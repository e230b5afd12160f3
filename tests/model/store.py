"""Redis in plain Python: the commands that the project uses, each from a store to an answer and a store.

Nothing expires by itself: `expired` is a step of its own. Nothing is ever trimmed. A few words beyond those of
Redis stand for the rest of the world: a town's disk (`KEEP`, `KEPT`, `DISCARD`), work on a task (`WORK`), `SLEEP`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tests.model.commit import Value, Values, commit, content, field

BLOCKED = object()
"""The answer to a command that would wait."""

WAITS = frozenset({"BLMOVE", "XREAD", "SLEEP"})
"""Commands that wait for something to happen, or for time to pass."""

Command = tuple[str | int, ...]
Answer = tuple[Any, Values]


def answer(values: Values, command: Command) -> Answer:
    """What Redis answers, and the store afterwards.

    Args:
        values: The store before; it is not changed.
        command: A command as it is sent.

    Raises:
        WrongTypeError: A key holds a value of another kind.
    """
    return _COMMANDS[str(command[0])](values, [str(part) for part in command[1:]])


def expired(values: Values, key: str) -> Values:
    """The store once a key has expired."""
    assert values[key].expires is not None, f"{key} never expires"
    return {name: value for name, value in values.items() if name != key}


def writes(command: Command) -> bool:
    """Whether a command may change anything."""
    return command[0] in ("EVAL", "EVALSHA", "LMOVE", "BLMOVE", "KEEP")


def _evaluate(values: Values, rest: list[str]) -> Answer:
    count = int(rest[1])
    return commit(values, rest[2 : 2 + count], rest[2 + count :])


def _move(values: Values, source: str, target: str) -> Answer:
    """LEFT to RIGHT."""
    waiting = content(values, source, "list") or ()
    if not waiting:
        return None, values
    taken = content(values, target, "list") or ()
    after = {**values, target: Value("list", (*taken, waiting[0]))}
    if waiting[1:]:
        after[source] = Value("list", waiting[1:])
    else:
        after.pop(source)
    return waiting[0], after


def _await_move(values: Values, rest: list[str]) -> Answer:
    found = _move(values, rest[0], rest[1])
    return (BLOCKED, values) if found[0] is None else found


def _many(values: Values, rest: list[str]) -> Answer:
    found = [values.get(key) for key in rest]
    return [value.content if value and value.kind == "string" else None for value in found], values


def _range(values: Values, rest: list[str]) -> Answer:
    first, last = map(int, rest[1:])
    assert first == 0
    assert last >= -1
    found = list(content(values, rest[0], "list") or ())
    return found if last == -1 else found[: last + 1], values


def _pairs(values: Values, rest: list[str]) -> Answer:
    return [word for pair in content(values, rest[0], "hash") or () for word in pair], values


def _age(entry: str) -> tuple[int, int]:
    first, _, second = entry.partition("-")
    return int(first), int(second or 0)


def _entries(values: Values, key: str, after: str = "0-0", most: int | None = None) -> list[list[Any]]:
    entries = content(values, key, "stream") or ()
    found = [[entry, list(flat)] for entry, flat in entries if _age(entry) > _age(after)]
    return found[:most]


def _forward(values: Values, rest: list[str]) -> Answer:
    key, start, end, _, most = rest
    assert end == "+"
    assert start == "-" or start.startswith("(")
    return _entries(values, key, start[1:] or "0-0", int(most)), values


def _backward(values: Values, rest: list[str]) -> Answer:
    key, _, _, _, most = rest
    return _entries(values, key)[::-1][: int(most)], values


def _follow(values: Values, rest: list[str]) -> Answer:
    at = rest.index("STREAMS")
    found = _entries(values, rest[at + 1], rest[at + 2], int(rest[1]))
    if found:
        return [[rest[at + 1], found]], values
    return (BLOCKED if "BLOCK" in rest else None), values


def _life(values: Values, rest: list[str]) -> Answer:
    value = values.get(rest[0])
    if value is None:
        return -2, values
    return (-1 if value.expires is None else value.expires), values


def _keep(values: Values, rest: list[str]) -> Answer:
    return None, {**values, f"disk:{rest[0]}": Value("string", rest[1])}


def _discard(values: Values, rest: list[str]) -> Answer:
    return None, {key: value for key, value in values.items() if key != f"disk:{rest[0]}"}


_COMMANDS: Mapping[str, Callable[[Values, list[str]], Answer]] = {
    "KEEP": _keep,
    "KEPT": lambda values, rest: (content(values, f"disk:{rest[0]}", "string"), values),
    "DISCARD": _discard,
    "WORK": lambda values, _: (None, values),
    "SLEEP": lambda values, _: (BLOCKED, values),
    "PING": lambda values, _: ("PONG", values),
    "EXISTS": lambda values, rest: (sum(key in values for key in rest), values),
    "PTTL": _life,
    "GET": lambda values, rest: (content(values, rest[0], "string"), values),
    "MGET": _many,
    "SMEMBERS": lambda values, rest: (sorted(content(values, rest[0], "set") or ()), values),
    "HGET": lambda values, rest: (field(values, rest[0], rest[1]), values),
    "HMGET": lambda values, rest: ([field(values, rest[0], name) for name in rest[1:]], values),
    "HGETALL": _pairs,
    "LRANGE": _range,
    "LLEN": lambda values, rest: (len(content(values, rest[0], "list") or ()), values),
    "LMOVE": lambda values, rest: _move(values, rest[0], rest[1]),
    "BLMOVE": _await_move,
    "XLEN": lambda values, rest: (len(content(values, rest[0], "stream") or ()), values),
    "XRANGE": _forward,
    "XREVRANGE": _backward,
    "XREAD": _follow,
    "EVAL": _evaluate,
    "EVALSHA": _evaluate,
}
