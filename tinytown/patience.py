"""Waits for a Redis that is away."""

import time
from collections.abc import Callable
from contextlib import suppress
from itertools import chain, repeat
from typing import TypeVar

from tinytown.connection import Connection
from tinytown.errors import RedisBusyError, RedisUnreachableError, StoreError, StoreFullError

T = TypeVar("T")

_PAUSES = (0.05, 0.1, 0.2, 0.5, 1.0)
_RELAPSE_SECONDS = 1.0
_NEWS_SECONDS = 60.0


class Patience:
    """Waits until Redis answers; longer when it comes back only to fail at the next write, as on a full disk.

    Args:
        connection: Tried again and again; it may start the server anew.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._back_at = -_RELAPSE_SECONDS
        self._told = ""
        self._told_at = 0.0

    def is_news(self, error: StoreError) -> bool:
        """Whether the same was not told within the last minute: a Redis that cannot write fails at every try."""
        moment = time.monotonic()
        if error.message == self._told and moment - self._told_at < _NEWS_SECONDS:
            return False
        self._told, self._told_at = error.message, moment
        return True

    def wait(self, error: StoreError) -> None:
        """Waits until Redis answers again.

        Args:
            error: Why it counts as away.

        Raises:
            TownStoppedError: It was stopped on purpose.
        """
        relapsed = time.monotonic() - self._back_at < _RELAPSE_SECONDS
        if relapsed or isinstance(error, (StoreFullError, RedisBusyError)):
            time.sleep(_PAUSES[-1])  # it answers, but nothing tells when it can write again
        for pause in chain(_PAUSES, repeat(_PAUSES[-1])):
            try:
                self._connection.run("PING")
            except (RedisUnreachableError, StoreFullError):
                time.sleep(pause)
            else:
                self._back_at = time.monotonic()
                return


def insist(act: Callable[[], T], tries: int = 5) -> T:
    """Does what needs Redis, although the connection may break: but for a Redis that is gone nobody waits.

    Args:
        act: Something that may be done again if it is not known whether it was done.
        tries: So often.

    Raises:
        RedisUnreachableError: It failed again and again.
    """
    for _ in range(tries - 1):
        with suppress(RedisUnreachableError):
            return act()
    return act()
