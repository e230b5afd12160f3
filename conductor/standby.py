"""Waits to take over: another conductor is in charge."""

import time
from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

from conductor.lease import Lease
from tinytown.events import Event, town_event
from tinytown.journal import Journal

_GULP_SECONDS = 0.05
"""The journal of a busy town is read not more often than this."""

T = TypeVar("T")


class Patiently(Protocol):
    """Does what needs Redis, again if Redis was away."""

    def __call__(self, read: Callable[[], T]) -> T: ...


def stand_by(lease: Lease, journal: Journal, patiently: Patiently, observe: Callable[[Event], None]) -> None:
    """Waits until the lease is ours: until its holder says that it resigns, or it runs out unrenewed.

    No event tells that it ran out, so this wakes when that would be so, and looks.

    Args:
        lease: What is wanted.
        journal: Tells of a resignation.
        patiently: Redis may be away meanwhile.
        observe: Told once that there is somebody to wait for, as `conductor.standby`.
    """
    told = False
    since = patiently(journal.last_id)
    while not patiently(lease.take):
        if not told:
            observe(town_event("conductor.standby", holder=patiently(lease.holder) or ""))
            told = True
        since = patiently(partial(_await_vacancy, lease, journal, since))


def _await_vacancy(lease: Lease, journal: Journal, since: str) -> str:
    """Waits until the lease may be free. Returns the id of the last event that was read."""
    run_out = time.monotonic() + lease.left()
    while (left := run_out - time.monotonic()) > 0:
        events = journal.follow(since, left)
        if events:
            since = events[-1].id
            if any(event.type == "conductor.resigned" for event in events):
                break
            time.sleep(_GULP_SECONDS)
    return since
