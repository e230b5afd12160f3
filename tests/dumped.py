"""Everything that Redis holds, as it stands."""

from tinytown.connection import Connection

READS: dict[str, tuple[str | int, ...]] = {
    "string": ("GET",),
    "list": ("LRANGE", 0, -1),
    "hash": ("HGETALL",),
    "set": ("SMEMBERS",),
    "zset": ("ZRANGE", 0, -1),
    "stream": ("XRANGE", "-", "+"),
}


def dump(connection: Connection, *, journal: bool = True) -> dict[str, object]:
    """Every key with its value; without `journal` no streams of events."""
    found: dict[str, object] = {}
    for key in sorted(connection.run("KEYS", "*")):
        name, *rest = READS[connection.run("TYPE", key)]
        value = connection.run(name, key, *rest)
        if journal or not key.endswith(":events"):
            found[key] = sorted(value) if name == "SMEMBERS" else value
    return found
