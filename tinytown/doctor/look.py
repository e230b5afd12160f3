"""Reads everything that a town has in Redis."""

import shlex
from collections.abc import Sequence
from typing import Any

from tinytown.connection import Address, Command, Connection
from tinytown.doctor.stock import Stock
from tinytown.errors import StoreError
from tinytown.keys import Keys
from tinytown.keyspace import every_key

_AT_ONCE = 1000
_READ: dict[str, tuple[str, ...]] = {
    "string": ("GET",),
    "list": ("LRANGE", "0", "-1"),
    "set": ("SMEMBERS",),
    "hash": ("HGETALL",),
    "zset": ("ZRANGE", "0", "-1", "WITHSCORES"),
}


def read_stock(connection: Connection, keys: Keys) -> Stock:
    """Everything but the events.

    What changes meanwhile may be read half before and half after; whoever finds something wrong looks again.

    Raises:
        StoreError: Redis cannot be read.
    """
    names = every_key(connection, keys)
    kinds = dict(zip(names, _asked(connection, [("TYPE", name) for name in names]), strict=True))
    lives = dict(zip(names, _asked(connection, [("PTTL", name) for name in names]), strict=True))
    there = [name for name in names if kinds[name] in _READ]
    commands = [(_READ[kinds[name]][0], name, *_READ[kinds[name]][1:]) for name in there]
    answers = _asked(connection, commands)
    values = {
        name: _value(kinds[name], answer) for name, answer in zip(there, answers, strict=True) if answer is not None
    }
    gone = {name for name in names if kinds[name] == "none" or (name in there and name not in values)}
    return Stock(
        keys,
        {name: kind for name, kind in kinds.items() if name not in gone},
        {name: int(life) for name, life in lives.items() if name not in gone},
        values,
        _cli(connection.address),
    )


def _asked(connection: Connection, commands: Sequence[Command]) -> list[Any]:
    answers: list[Any] = []
    for start in range(0, len(commands), _AT_ONCE):
        batch = commands[start : start + _AT_ONCE]
        try:
            answers += connection.run_all(batch)
        except StoreError:
            answers += [_alone(connection, command) for command in batch]  # one has changed its type just now
    return answers


def _alone(connection: Connection, command: Command) -> Any:
    try:
        return connection.run(*command)
    except StoreError as error:
        if "WRONGTYPE" not in error.message:
            raise
        return None


def _cli(address: Address) -> str:
    how = "-s" if address.socket is not None else "-u"
    return f"redis-cli {how} {shlex.quote(str(address))}"


def _value(kind: str, answer: Any) -> Any:
    if kind in ("hash", "zset"):
        return dict(zip(answer[::2], answer[1::2], strict=True))
    return answer
