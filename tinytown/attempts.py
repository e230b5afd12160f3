"""How long attempts took, as the journal tells it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from tinytown.events import Event

_ENDS = {
    "task.completed": "completed",
    "task.failed": "failed",
    "task.retrying": "failed",
    "task.cancelled": "cancelled",
    "task.skipped": "skipped",
    "task.requeued": "requeued",
}
"""What the event of an attempt's end makes of it. One that failed and is repeated has failed."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a task. Times are RFC 3339; what the journal does not tell is None.

    Args:
        task: The task's id.
        plan_id: Its id in the plan.
        attempt: Which one, from 1.
        agent: Whose.
        assigned: When it was sent to the agent.
        started: When the agent began.
        ended: When it ended.
        outcome: `completed`, `failed`, `cancelled`, `requeued` or `skipped`.
    """

    task: str
    plan_id: str | None
    attempt: int
    agent: str | None = None
    assigned: str | None = None
    started: str | None = None
    ended: str | None = None
    outcome: str | None = None

    @property
    def wait(self) -> float | None:
        """Seconds from the assignment to the start."""
        return _between(self.assigned, self.started)

    @property
    def run(self) -> float | None:
        """Seconds from the start to the end."""
        return _between(self.started, self.ended)

    def as_dict(self) -> dict[str, str | int | float | None]:
        """The attempt as a row."""
        return {
            "task": self.plan_id or self.task,
            "id": self.task,
            "attempt": self.attempt,
            "agent": self.agent,
            "assigned": self.assigned,
            "started": self.started,
            "ended": self.ended,
            "wait_seconds": self.wait,
            "run_seconds": self.run,
            "outcome": self.outcome,
        }


def attempts(events: Iterable[Event]) -> list[Attempt]:
    """Every attempt that was sent to an agent or begun, in the order in which the journal first tells of them.

    Args:
        events: The journal, oldest first. What it no longer holds is missing.
    """
    found: dict[tuple[str, int], Attempt] = {}
    for event in events:
        if event.task is None or not event.attempt:
            continue
        key = (event.task, event.attempt)
        one = found.get(key)
        if event.type in ("task.assigned", "task.started"):
            one = one or Attempt(event.task, event.plan_id, event.attempt)
            one = replace(one, agent=event.agent or one.agent)
            sent = event.type == "task.assigned"
            found[key] = replace(one, assigned=event.at) if sent else replace(one, started=event.at)
        elif event.type in _ENDS and one is not None and one.ended is None:
            found[key] = replace(one, ended=event.at, outcome=_ENDS[event.type])
    return list(found.values())


def _between(first: str | None, last: str | None) -> float | None:
    if first is None or last is None:
        return None
    try:
        return round((datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds(), 6)
    except (ValueError, TypeError):
        return None
