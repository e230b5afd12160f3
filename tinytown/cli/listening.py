"""Listens to the town's events, also across a restart of its Redis."""

import time
from collections.abc import Callable, Iterator

from tinytown.errors import RedisBusyError, RedisUnreachableError, StoreError
from tinytown.events import Event
from tinytown.journal import Journal

_WAIT_SECONDS = 60.0
_BUSY_SECONDS = 1.0


def listen(journal: Journal, last_id: str, wait: Callable[[StoreError], None] | None = None) -> Iterator[Event]:
    """Every event after `last_id`, as it happens; never ends by itself.

    Args:
        journal: The town's events.
        last_id: The last event that was seen.
        wait: Waits for a Redis that is away; absent, that is an error.

    Raises:
        TownStoppedError: The town was stopped.
        RedisUnreachableError: Redis broke the connection and cannot be reached again, and `wait` is absent.
    """
    broken = False
    while True:
        try:
            events = journal.follow(last_id, _WAIT_SECONDS)
        except RedisBusyError:
            time.sleep(_BUSY_SECONDS)
            continue
        except RedisUnreachableError as error:
            if broken and wait is None:
                raise
            if broken and wait is not None:
                wait(error)
            broken = True  # the next command connects anew, or says why it cannot
            continue
        broken = False
        for event in events:
            last_id = event.id
            yield event
