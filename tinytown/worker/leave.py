"""An agent's departure: it gives up what it has in its hands, and signs off."""

import time

from tinytown.bury import end, free
from tinytown.errors import RedisBusyError, StaleError, StoreFullError
from tinytown.events import quarantine_event
from tinytown.patience import insist
from tinytown.site import Site
from tinytown.states import AgentState
from tinytown.transaction import Transaction
from tinytown.worker.desk import Desk

LEAVE_SECONDS = 10.0
"""A Redis that cannot write gets so long; then whoever finds the agent dead frees its work."""

_AGAIN_SECONDS = 0.2


def leave(site: Site, desk: Desk, reason: str, state: AgentState) -> None:
    """Gives up what an agent has in its hands, and stops.

    Args:
        site: The town.
        desk: The agent's.
        reason: Why, for the journal.
        state: `stopped` in good order, `error` if it could not go on.

    Raises:
        StoreError: Redis is away, or cannot write for long.
    """
    deadline = time.monotonic() + LEAVE_SECONDS
    while True:
        try:
            return insist(lambda: _leave(site, desk, reason, state))
        except (RedisBusyError, StoreFullError):
            if time.monotonic() >= deadline:
                raise
            time.sleep(_AGAIN_SECONDS)


def _leave(site: Site, desk: Desk, reason: str, state: AgentState) -> None:
    while not desk.refresh().gone:
        transaction = Transaction(site.keys)
        tasks = site.ledger.all().values()
        free(transaction, site.connection, desk.me, tasks, reason, crashed=state is AgentState.ERROR)
        after = end(transaction, desk.held, state).value
        if after.quarantined and not desk.me.quarantined:
            transaction.tell(quarantine_event(after, reason))
        try:
            transaction.commit(site.connection)
        except StaleError:
            continue
        return
