"""When the work will be done, as far as that can be foretold, and how to say it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from tinytown.clock import rfc3339

_MOST = 3
"""So many names are told of those that are waited for."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is left of the work.

    Args:
        made: When it was made.
        seconds: Until nothing more happens by itself. What comes after an approval or a claim does not count:
            nobody knows when a person has the time for it.
        tasks: How many tasks there are until then.
        guessed: Of how many of them nothing is known: each was taken for one of a minute.
        overdue: Whether a running task has taken longer than expected.
        approvals: The tasks that wait for a person's approval, now or by then.
        unclaimed: Those that wait for somebody to claim them.
        missing: Whom tasks need and who is not there; it was reckoned as if each were started.
        conducted: Whether a conductor releases more than is at work now.
    """

    made: datetime
    seconds: float
    tasks: int
    guessed: int = 0
    overdue: bool = False
    approvals: tuple[str, ...] = ()
    unclaimed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    conducted: bool = True

    @property
    def eta(self) -> float | None:
        """Seconds until everything that can be done is; None if that is up to somebody's word."""
        return None if self.approvals or self.unclaimed else self.seconds

    def as_dict(self) -> dict[str, Any]:
        """For JSON. `seconds` and `at` are null if the end is up to a person; `busy_seconds` never is."""
        eta = self.eta
        return {
            "seconds": None if eta is None else round(eta, 1),
            "at": None if eta is None else rfc3339(self.made + timedelta(seconds=eta)),
            "busy_seconds": round(self.seconds, 1),
            "tasks": self.tasks,
            "guessed": self.guessed,
            "overdue": self.overdue,
            "approvals": list(self.approvals),
            "unclaimed": list(self.unclaimed),
            "missing": list(self.missing),
        }

    def words(self, zone: tzinfo | None = None) -> str:
        """The forecast in a few words: `about 9 min left, done at 14:35`.

        Args:
            zone: The zone that the end is told in; None for the local one.
        """
        waits = self._waits()
        if not self.tasks:
            return waits
        if not self.conducted:
            return f"{self._left()} for what is at work"
        if waits:
            return f"{self._left()}, then {waits}"
        if self.missing:
            return f"{self._left()} once {some(self.missing)} {'is' if len(self.missing) == 1 else 'are'} there"
        if self._any_moment:
            return self._left()
        now = self.made.astimezone(zone)
        return f"{self._left()}, done {moment(now + timedelta(seconds=self.seconds), now)}"

    @property
    def _any_moment(self) -> bool:
        return self.overdue and self.seconds < 1

    def _left(self) -> str:
        if self._any_moment:
            return "longer than expected, done any moment"
        guess = " (mostly guessed)" if 2 * self.guessed > self.tasks else ""
        return f"about {roughly(self.seconds)} left{guess}"

    def _waits(self) -> str:
        waits = []
        if self.approvals:
            waits.append(f"waits for approval of {some(self.approvals)}")
        if self.unclaimed:
            waits.append(f"waits for somebody to claim {some(self.unclaimed)}")
        return " and ".join(waits)


def roughly(secs: float) -> str:
    """A duration, no more exactly than it can be foretold: `5 s`, `40 s`, `9 min`, `2 h 10 min`, `14 h`, `3 d`."""
    if secs < _MINUTE - 5:
        return f"{max(5 * -(-secs // 5), 5):.0f} s"
    if secs < _HOUR - _MINUTE / 2:
        return f"{max(round(secs / _MINUTE), 1)} min"
    if secs < 10 * _HOUR - 5 * _MINUTE:
        hours, minutes = divmod(10 * round(secs / _MINUTE / 10), 60)
        return f"{hours} h {minutes:02d} min" if minutes else f"{hours} h"
    return f"{round(secs / _HOUR)} h" if secs < 2 * _DAY else f"{round(secs / _DAY)} d"


def moment(then: datetime, now: datetime) -> str:
    """A moment to come: `at 14:35`, `on Tue at 14:35`, `on 2026-03-01`.

    Args:
        then: The moment.
        now: The present, in the same zone.
    """
    days = (then.date() - now.date()).days
    if not days:
        return f"at {then:%H:%M}"
    return f"on {then:%a at %H:%M}" if days < 7 else f"on {then:%Y-%m-%d}"  # noqa: PLR2004  days in a week


def some(names: Sequence[str]) -> str:
    """Some names; of many, the first ones."""
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + more
