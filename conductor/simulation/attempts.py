"""The attempts of a run, read from its events."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from conductor.simulation.run import Run
from tinytown.events import Event

_ENDS = ("completed", "failed", "cancelled", "requeued", "retrying")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a task. Microseconds.

    Args:
        task: The task.
        label: What people call it.
        number: Which try it is.
        agent: Who made it.
        assigned: When it was released.
        started: When work began; the moment of its end if it never did.
        ended: When it ended.
        how: `completed`, `failed`, `retrying`, `requeued`, or `cancelled`.
        why: What is told of its end.
    """

    task: UUID
    label: str
    number: int
    agent: str
    assigned: int
    started: int
    ended: int
    how: str
    why: str = ""

    @property
    def span(self) -> int:
        """How long it kept its agent busy."""
        return self.ended - self.started

    @property
    def died(self) -> bool:
        """Whether its agent died, or was taken for dead."""
        return "died" in self.why or "started anew" in self.why


def attempts(run: Run) -> tuple[Attempt, ...]:
    """All attempts that came to an end, in the order of their ends."""
    return tuple(_attempts(zip(run.events, run.moments, strict=True)))


def _attempts(events: Iterable[tuple[Event, int]]) -> Iterable[Attempt]:
    live: dict[UUID, Attempt] = {}
    begun: set[UUID] = set()
    for event, moment in events:
        if event.task is None:
            continue
        key, what = UUID(event.task), event.type.removeprefix("task.")
        if what == "assigned":
            label = event.plan_id or event.task[:8]
            live[key] = Attempt(key, label, event.attempt or 0, event.agent or "", moment, moment, moment, "")
        elif what == "started" and key in live:
            live[key] = replace(live[key], started=moment)
            begun.add(key)
        elif what in _ENDS and key in live:
            began = live.pop(key)
            why = event.details.get("reason") or event.details.get("error") or event.details.get("result") or ""
            started = began.started if key in begun else moment
            begun.discard(key)
            yield replace(began, started=started, ended=moment, how=what, why=why)
