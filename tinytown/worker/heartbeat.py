"""The agent's pulse: a thread of its process that keeps its heartbeat key from expiring.

It beats whatever the agent's CLI does, so a long silent build is not a death; and it stops with the process,
so a dead agent is noticed.

With each beat it tells the guard how long the agent counts as alive: until a little before the key would expire,
reckoned from when the beat was sent. So the CLI of an agent that is frozen or cut off has ended before anybody
takes the agent for dead and gives its task away. What a beat is depends on where Redis is:

- Elsewhere, we may be the only ones who cannot reach it. Only a beat that it acknowledged counts.
- The town's own is on this machine. If we cannot reach it, nobody can, and nobody is given the task: it is enough
  that this thread lives, and the work goes on; its result waits on disk.
"""

import logging
import threading
from time import monotonic
from uuid import UUID

from tinytown.clock import now, rfc3339
from tinytown.config import AgentSection
from tinytown.connection import Connection
from tinytown.errors import StoreError, StoreFullError
from tinytown.keys import Keys
from tinytown.transaction import Transaction
from tinytown.worker.guard import Guard

SHARE = 0.8
"""So much of `dead_after_secs` the work may go on without a beat; the rest is for ending it."""

PATIENCE = 0.3
"""So much of `dead_after_secs` a beat may wait for the connection, and again for the answer."""

_AGAIN_SECONDS = 0.5
"""A beat that failed is tried again so soon."""

_log = logging.getLogger(__name__)


class Heartbeat:
    """Beats from `start` to `stop`.

    Args:
        connection: A connection of its own, with patience: a frozen Redis must not hold this thread for ever.
        keys: The town's keys.
        agent: Whose pulse.
        pace: How often it beats, and after how long a missing beat means death.
        guard: Told of every beat.
        managed: Whether Redis is the town's own.
    """

    def __init__(
        self, connection: Connection, keys: Keys, agent: UUID, pace: AgentSection, guard: Guard, *, managed: bool
    ) -> None:
        self._connection = connection
        self._keys = keys
        self._agent = agent
        self._pace = pace
        self._guard = guard
        self._managed = managed
        self._last = ""
        self._failing = False
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._beat_on, name="heartbeat", daemon=True)

    def start(self) -> None:
        self._reassure(monotonic())  # registering it was its first beat
        self._beat()
        self._thread.start()

    def stop(self) -> None:
        """Ends it; the key is the caller's to delete."""
        self._stopped.set()
        self._thread.join()
        self._connection.close()

    def _beat_on(self) -> None:
        every = self._pace.heartbeat_secs
        while not self._stopped.wait(min(every, _AGAIN_SECONDS) if self._failing else every):
            self._beat()

    def _beat(self) -> None:
        sent = monotonic()
        if self._managed:
            self._reassure(sent)
        try:
            self._write()
        except StoreError as error:
            if not self._failing:
                _log.warning("no heartbeat: %s", error)
            self._failing = True
            if self._managed:
                self._reassure(monotonic())
        else:
            self._failing = False
            self._reassure(sent)

    def _write(self) -> None:
        key, text, expiry_ms = self._keys.alive(self._agent), rfc3339(now()), int(self._pace.dead_after_secs * 1000)
        try:
            Transaction(self._keys).lease(key, text, expiry_ms).commit(self._connection)
        except StoreFullError:  # for want of memory Redis takes nothing new, but what is there may live on
            Transaction(self._keys).expect(key, self._last).prolong(key, expiry_ms).commit(self._connection)
        else:
            self._last = text

    def _reassure(self, moment: float) -> None:
        self._guard.alive_until(moment + SHARE * self._pace.dead_after_secs)
