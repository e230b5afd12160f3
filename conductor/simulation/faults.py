"""What may go wrong, and how often. Pure."""

import re
from dataclasses import dataclass, fields, replace
from typing import Self

from tinytown.errors import UsageError

_PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")
_FRACTION = re.compile(r"0(?:\.\d+)?|1(?:\.0+)?|\.\d+")


@dataclass(frozen=True, slots=True)
class Faults:
    """The chance of each fault, from 0 to 1.

    Args:
        crash: That an agent dies in an attempt, or while it starts.
        fail: That an attempt fails.
        hang: That an attempt of a task with a time limit runs into it.
        later: That a command asks to be tried later, by exit status 75.
        freeze: That an agent stands still in an attempt, longer than its heart may be silent, and wakes up after.
        conductor: That the conductor dies, or stands still, at a commit; another one takes over.
        outage: That Redis goes away for a while after a change of a task.
        lost: That the answer of Redis to a request is lost, though the request was done.
        slow: That an answer of Redis takes seconds.
        again: That the conductor hears some events once more.
    """

    crash: float = 0.0
    fail: float = 0.0
    hang: float = 0.0
    later: float = 0.0
    freeze: float = 0.0
    conductor: float = 0.0
    outage: float = 0.0
    lost: float = 0.0
    slow: float = 0.0
    again: float = 0.0

    @classmethod
    def all(cls, chance: float) -> Self:
        """Every fault with the same chance."""
        return cls(**{field.name: chance for field in fields(cls)})

    def but(self, **chances: float | None) -> Self:
        """With other chances of some faults; None leaves one as it is."""
        return replace(self, **{name: chance for name, chance in chances.items() if chance is not None})


def chance(text: str) -> float:
    """A probability, written as `5%` or `0.05`.

    Raises:
        UsageError: It is none.
    """
    if (percent := _PERCENT.fullmatch(text)) and float(percent[1]) <= 100:  # noqa: PLR2004  a whole
        return float(percent[1]) / 100
    if _FRACTION.fullmatch(text):
        return float(text)
    raise UsageError(f'"{text}" is no probability', "Write it like 5% or 0.05, from 0% to 100%.")
