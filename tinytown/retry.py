"""When a failed attempt is made again. Pure."""

from datetime import datetime, timedelta
from zlib import crc32

from tinytown.clock import seconds
from tinytown.errors import UsageError
from tinytown.tasks import Task

LONGEST = 3600.0
"""No pause is longer than an hour, but for the jitter."""

JITTER = 0.1
"""So much of a pause it may be longer or shorter, so that what failed together does not come back together."""

LATER = 30.0
"""A command that asked to be tried later is tried again after so many seconds, if its task names no pause."""

SET_BACK = timedelta(minutes=1)
"""Clocks that differ by so much do happen. A task that was delayed later than this from now was delayed by a clock
that has been set back since; waiting for that time might take for ever."""

_MOST_DOUBLINGS = 30


def may_retry(task: Task) -> bool:
    """Whether an attempt that fails now is repeated."""
    return task.failures < task.retries


def pause(task: Task) -> timedelta:
    """The pause after the failure of a task's present attempt: it doubles with each one.

    The jitter depends on the task and the attempt alone, so it is the same wherever it is worked out.
    """
    shift = 2 * crc32(f"{task.id}.{task.attempt}".encode()) / 0xFFFFFFFF - 1
    doubled = _first_pause(task) * 2 ** min(task.failures, _MOST_DOUBLINGS)
    return timedelta(seconds=min(doubled, LONGEST) * (1 + JITTER * shift))


def respite(task: Task) -> timedelta:
    """The pause after an attempt that asked to be tried later. It was no failure, so the pause does not double."""
    return timedelta(seconds=min(_first_pause(task) or LATER, LONGEST))


def is_due(task: Task, moment: datetime) -> bool:
    """Whether a task need not wait for its moment any more: it has come, or the clock was set back since.

    Args:
        task: The task.
        moment: The present moment.
    """
    if task.not_before is None or task.not_before <= moment:
        return True
    return moment + SET_BACK < task.updated_at


def retried(task: Task, error: str, moment: datetime) -> Task:
    """The task after a failed attempt that is to be repeated.

    Args:
        task: The task, running.
        error: What the attempt has left.
        moment: The present moment.
    """
    wait = pause(task)
    return task.retry(error, moment + wait if wait else None)


def _first_pause(task: Task) -> float:
    try:
        return seconds(task.retry_delay) if task.retry_delay else 0.0
    except UsageError:  # not from a checked plan
        return 0.0
