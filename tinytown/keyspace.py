"""Which keys a town has in Redis."""

from tinytown.connection import Connection
from tinytown.keys import Keys

_AT_ONCE = 1000


def every_key(connection: Connection, keys: Keys, pattern: str = "*") -> list[str]:
    """The town's keys, sorted; the server is not held up, however many there are.

    Args:
        connection: An open connection.
        keys: The town's keys. A town's name has no character that means something in a pattern.
        pattern: What follows the town's prefix, as SCAN takes it.
    """
    found: set[str] = set()
    cursor = "0"
    while True:
        cursor, some = connection.run("SCAN", cursor, "MATCH", f"{keys.prefix}{pattern}", "COUNT", _AT_ONCE)
        found.update(some)
        if cursor == "0":
            return sorted(found)
