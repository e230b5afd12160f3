"""The rule on durations: they can be read, are above zero and end within a life."""

from collections.abc import Iterator
from functools import lru_cache

from planner.diagnostics.finding import Finding
from planner.rules.written import Outline, Written
from tinytown.clock import seconds
from tinytown.errors import UsageError

DURATIONS = ("timeout", "retry_delay", "estimate")
LONGEST = 3650 * 86400.0
"""No duration may last so many seconds."""


def durations(outline: Outline) -> Iterator[Finding]:
    """Each duration can be read (TT011)."""
    for task in outline.tasks:
        for key in DURATIONS:
            if key in task.values:
                yield from _duration(outline, task, key)


def _duration(outline: Outline, task: Written, key: str) -> Iterator[Finding]:
    text = task.text(key)
    if text is None:
        return
    label = _wrong(text)
    if label:
        message = f'{outline.name(task)} has the {key} "{text}"'
        remedy = "write a duration above zero like 30s, 20m or 1h30m"
        yield outline.finding("TT011", task.path(key), message, help=remedy, label=label)


@lru_cache(maxsize=4096)
def _wrong(duration: str) -> str:
    """What is wrong with a duration, in a few words; empty if nothing is."""
    try:
        long = seconds(duration)
    except UsageError:
        return "not a duration"
    if long <= 0:
        return "not above zero"
    return "more than ten years" if long > LONGEST else ""
