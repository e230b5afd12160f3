"""The lease: whoever holds it is the one conductor in charge. Others stand by and take over."""

import json
import os
import socket
import threading
from uuid import uuid4

from conductor.pace import LEASE_SECONDS, RENEW_SECONDS
from tinytown.connection import Connection
from tinytown.errors import LostLeaseError, StaleError, StoreError
from tinytown.events import town_event
from tinytown.incumbent import has_ended
from tinytown.keys import Keys
from tinytown.transaction import Transaction

_RENEW_SECONDS = RENEW_SECONDS
_NO_END = -1
"""What PTTL says of a key that never expires."""


class Lease:
    """The claim of one conductor on one town.

    Args:
        connection: For taking and giving up the lease.
        pulse: A second connection, for the thread that renews it.
        keys: The town's keys.
    """

    def __init__(self, connection: Connection, pulse: Connection, keys: Keys) -> None:
        self._connection = connection
        self._pulse = pulse
        self._keys = keys
        self.text = json.dumps({"id": str(uuid4()), "host": socket.gethostname(), "pid": os.getpid()})
        self._stopped = threading.Event()
        self._lapsed = threading.Event()
        self._thread: threading.Thread | None = None

    def take(self) -> bool:
        """Takes the lease if it is free, and keeps renewing it. Returns whether it is ours.

        It is free also if its conductor ended without a chance to resign; should that be a mistake, the other is
        refused whatever it commits from then on.
        """
        self._lapsed.clear()
        holder = self.holder()
        if holder != self.text:  # it may be ours already, and only the answer was lost
            claim = Transaction(self._keys)
            if holder is not None and has_ended(holder):
                claim.expect(self._keys.conductor, holder)
            else:
                claim.expect_absent(self._keys.conductor)
            claim.lease(self._keys.conductor, self.text, _milliseconds())
            claim.tell(town_event("conductor.elected", host=socket.gethostname(), pid=str(os.getpid())))
            try:
                claim.commit(self._connection)
            except StaleError:
                return False
        if self._thread is None:
            self._thread = threading.Thread(target=self._renew_on, name="lease", daemon=True)
            self._thread.start()
        return True

    def holder(self) -> str | None:
        """The text of the lease that is in force, or None."""
        text = self._connection.run("GET", self._keys.conductor)
        return None if text is None else str(text)

    def left(self) -> float:
        """Seconds until the lease that is in force runs out unless it is renewed; 0 if there is none."""
        left = int(self._connection.run("PTTL", self._keys.conductor))
        return LEASE_SECONDS if left == _NO_END else max(left, 0) / 1000

    def renew(self) -> None:
        """Renews it, which shows too that Redis can be written.

        Raises:
            LostLeaseError: It is no longer ours.
            StoreError: Redis cannot be written.
        """
        try:
            self._renewal().commit(self._connection)
        except StaleError as error:
            raise LostLeaseError(error.key) from error

    def check_held(self) -> None:
        """Raises LostLeaseError if the thread that renews it has found that it is no longer ours."""
        if self._lapsed.is_set():
            raise LostLeaseError(self._keys.conductor)

    def guard(self, transaction: Transaction) -> Transaction:
        """A transaction that is refused if the lease is no longer ours."""
        return transaction.expect(self._keys.conductor, self.text)

    def check(self, error: StaleError) -> None:
        """Raises LostLeaseError if that is what the refusal of a transaction means."""
        if error.key == self._keys.conductor:
            raise LostLeaseError(error.key) from error

    def give_up(self) -> None:
        """Leaves office, so that another may take it at once."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        resignation = self.guard(Transaction(self._keys)).delete(self._keys.conductor)
        resignation.tell(town_event("conductor.resigned", host=socket.gethostname()))
        try:
            resignation.commit(self._connection)
        except StoreError:
            return  # it ran out, or Redis is away: it ends by itself
        finally:
            self._pulse.close()

    def _renewal(self) -> Transaction:
        return self.guard(Transaction(self._keys)).prolong(self._keys.conductor, _milliseconds())

    def _renew_on(self) -> None:
        while not self._stopped.wait(_RENEW_SECONDS):
            try:
                self._renewal().commit(self._pulse)
            except StaleError:
                self._lapsed.set()
            except StoreError:
                continue  # the loop's next transaction will be refused, and tell


def _milliseconds() -> int:
    return int(LEASE_SECONDS * 1000)
