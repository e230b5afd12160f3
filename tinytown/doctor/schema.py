"""Checks every key of a town against the schema of the store. Pure."""

import re
from collections.abc import Iterator

from tinytown.doctor.finding import Finding, error, warning
from tinytown.doctor.stock import Stock

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
SCHEMA = {
    re.compile(name): kind
    for name, kind in {
        f"task:{_UUID}": "string",
        f"agent:{_UUID}": "string",
        f"inbox:{_UUID}": "list",
        f"processing:{_UUID}": "list",
        f"alive:{_UUID}": "string",
        "tasks": "set",
        "agents": "hash",
        "backlog": "list",
        "delayed": "zset",
        "plan": "hash",
        "events": "stream",
        "conductor": "string",
    }.items()
}
"""What may follow a town's prefix, and the type of the key; as `tinytown.keys` describes it."""

_EXPIRING = re.compile(f"alive:{_UUID}|conductor")
_FOREVER = -1


def check_schema(stock: Stock) -> Iterator[Finding]:
    """Keys that nobody knows, that are of a wrong type, or that expire though they must not, or the reverse."""
    for key, kind in stock.kinds.items():
        name = key.removeprefix(stock.keys.prefix)
        life = stock.lives[key]
        wanted = next((kind for pattern, kind in SCHEMA.items() if pattern.fullmatch(name)), None)
        if wanted is None:
            yield warning(key, f"nobody knows this key (a {kind})", _elsewhere(stock, key))
        elif wanted != kind:
            yield error(key, f"is a {kind}, not a {wanted}", _elsewhere(stock, key))
        elif _EXPIRING.fullmatch(name) and life == _FOREVER:
            yield error(key, "never expires: its owner's end goes unnoticed", f"{stock.cli} PEXPIRE '{key}' 10000")
        elif life != _FOREVER and not _EXPIRING.fullmatch(name):
            yield error(key, f"expires in {life // 1000} s and is lost then", f"{stock.cli} PERSIST '{key}'")


def _elsewhere(stock: Stock, key: str) -> str:
    return f"Look at it; out of the way, and not lost: {stock.cli} RENAME '{key}' 'aside:{key}'"
