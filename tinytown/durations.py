"""How long tasks take: as they did before, else by their estimate, else as others of their kind do. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, Protocol, Self

from tinytown.clock import seconds
from tinytown.errors import UsageError

GUESS = 60.0
"""A task of which nothing is known is taken for one of a minute. Seconds."""

_RECENT = 0.5
"""The weight of the last attempt. With a half, an odd run is soon forgotten and an edited task soon known."""

LONGEST = 3650 * 86400.0
"""No duration may last so many seconds."""

_Kind = tuple[str | None, str | None, bool]


class Sized(Protocol):
    """What its own duration is judged by."""

    @property
    def group(self) -> bool: ...
    @property
    def agent(self) -> str | None: ...
    @property
    def role(self) -> str | None: ...
    @property
    def run(self) -> str | None: ...
    @property
    def estimate(self) -> str | None: ...


class Source(StrEnum):
    """Where a duration comes from, the best first."""

    HISTORY = "history"
    """It ran before."""
    ESTIMATE = "estimate"
    """The plan says so."""
    TYPICAL = "typical"
    """Others of its kind ran before."""
    GUESS = "guess"
    """Nothing is known."""


class Duration(NamedTuple):
    """How long a task itself takes, in seconds, and how that is known."""

    seconds: float
    source: Source


@dataclass(frozen=True, slots=True)
class Typical:
    """What tasks of a kind take: those for the same agent or role, commands apart from prompts.

    Args:
        means: Seconds for each kind of which one has run.
    """

    means: Mapping[_Kind, float] = field(default_factory=dict)

    @classmethod
    def of(cls, known: Iterable[tuple[Sized, float | None]]) -> Self:
        """What some tasks show.

        Args:
            known: Tasks, and what each took in seconds; None if it never completed.
        """
        times: dict[_Kind, list[float]] = defaultdict(list)
        for task, took in known:
            if took is not None:
                times[_kind(task)].append(took)
        return cls({kind: sum(some) / len(some) for kind, some in times.items()})

    def __call__(self, task: Sized) -> float | None:
        """The mean of a task's kind, in seconds; None if none of them has run."""
        return self.means.get(_kind(task)) if self.means else None


UNKNOWN = Typical()
"""Nothing has run yet."""


def learned(before: float | None, took: float) -> float:
    """What is known after one more attempt has completed: a mean in which recent attempts weigh more.

    Args:
        before: What was known, in seconds; None for nothing.
        took: How long the attempt took, in seconds.
    """
    took = max(took, 0.0)  # a clock that was set back
    return round(took if before is None else before + _RECENT * (took - before), 3)


def expected(task: Sized, took: float | None, typical: Typical = UNKNOWN) -> Duration:
    """How long a task itself probably takes. A group takes no time of its own.

    Args:
        task: The task.
        took: What it took before, in seconds; None if it never completed.
        typical: What others take.
    """
    if task.group:
        return Duration(0.0, Source.ESTIMATE)
    if took is not None:
        return Duration(took, Source.HISTORY)
    estimate = None if task.estimate is None else _estimated(task.estimate)
    if estimate is not None:
        return Duration(estimate, Source.ESTIMATE)
    mean = typical(task)
    return Duration(GUESS, Source.GUESS) if mean is None else Duration(mean, Source.TYPICAL)


@lru_cache(maxsize=4096)
def wrong(duration: str, least: float = 0.0) -> str:
    """What is wrong with a duration that somebody wrote, in a few words; empty if nothing is.

    Args:
        duration: The text.
        least: So many seconds it must last.
    """
    try:
        long = seconds(duration)
    except UsageError:
        return "not a duration"
    if long <= 0:
        return "not above zero"
    if long < least:
        return "too short"
    return "more than ten years" if long > LONGEST else ""


def _kind(task: Sized) -> _Kind:
    return (task.agent, task.role, task.run is not None)


@lru_cache(maxsize=1000)
def _estimated(estimate: str) -> float | None:
    try:
        return seconds(estimate)
    except UsageError:  # not from a checked plan
        return None
