"""Events in Redis: what happened, in order, and a way to wait for what happens next."""

from collections.abc import Iterator

from tinytown.connection import Connection
from tinytown.events import Event
from tinytown.keys import Keys

MOST = 1000
"""So many events are read at once."""


class Journal:
    """The town's event stream.

    Args:
        connection: An open connection. `follow` blocks it.
        keys: The town's keys.
    """

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._key = keys.events

    def last_id(self) -> str:
        """The id of the newest event; `0-0` if there is none."""
        newest = self._connection.run("XREVRANGE", self._key, "+", "-", "COUNT", 1)
        return newest[0][0] if newest else "0-0"

    def first_id(self) -> str:
        """The id of the oldest event that is still kept; `0-0` if there is none."""
        oldest = self._connection.run("XRANGE", self._key, "-", "+", "COUNT", 1)
        return oldest[0][0] if oldest else "0-0"

    def last(self, count: int) -> list[Event]:
        """The newest events, oldest of them first."""
        entries = self._connection.run("XREVRANGE", self._key, "+", "-", "COUNT", count)
        return [Event.read(entry, flat) for entry, flat in reversed(entries)]

    def since(self, last_id: str) -> Iterator[Event]:
        """Every event after `last_id` that is there now."""
        while True:
            entries = self._connection.run("XRANGE", self._key, f"({last_id}", "+", "COUNT", MOST)
            for entry, flat in entries:
                yield Event.read(entry, flat)
            if len(entries) < MOST:
                return
            last_id = entries[-1][0]

    def follow(self, last_id: str, timeout: float, count: int = MOST) -> list[Event]:
        """Waits for the events after `last_id`.

        Args:
            last_id: The last event that was seen.
            timeout: Seconds to wait for at least one; 0 for not at all.
            count: At most so many.

        Returns:
            The events, oldest first; none when the time was up.
        """
        # Redis 6.2 waits for ever when it is asked to wait for a millisecond.
        block = ("BLOCK", max(10, int(timeout * 1000))) if timeout > 0 else ()
        answer = self._connection.run("XREAD", "COUNT", count, *block, "STREAMS", self._key, last_id)
        if not answer:
            return []
        return [Event.read(entry, flat) for entry, flat in answer[0][1]]
