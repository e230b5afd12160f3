"""The agent's pulse: a thread of its process that keeps its heartbeat key from expiring.

It beats whatever the agent's CLI does, so a long silent build is not a death; and it stops with the process,
so a dead agent is noticed.
"""

import logging
import threading
from uuid import UUID

from tinytown.clock import now, rfc3339
from tinytown.connection import Connection
from tinytown.errors import StoreError
from tinytown.keys import Keys
from tinytown.transaction import Transaction

_log = logging.getLogger(__name__)


class Heartbeat:
    """Beats from `start` to `stop`.

    Args:
        connection: A connection of its own.
        keys: The town's keys.
        agent: Whose pulse.
        every: Seconds between two beats.
        dead_after: Seconds after which a missing beat means death.
    """

    def __init__(self, connection: Connection, keys: Keys, agent: UUID, every: float, dead_after: float) -> None:
        self._connection = connection
        self._keys = keys
        self._agent = agent
        self._every = every
        self._expiry_ms = int(dead_after * 1000)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._beat_on, name="heartbeat", daemon=True)

    def start(self) -> None:
        self._beat()
        self._thread.start()

    def stop(self) -> None:
        """Ends it; the key is the caller's to delete."""
        self._stopped.set()
        self._thread.join()
        self._connection.close()

    def _beat_on(self) -> None:
        while not self._stopped.wait(self._every):
            self._beat()

    def _beat(self) -> None:
        beat = Transaction(self._keys)
        beat.lease(self._keys.alive(self._agent), rfc3339(now()), self._expiry_ms)
        try:
            beat.commit(self._connection)
        except StoreError as error:
            _log.warning("no heartbeat: %s", error)
