"""An event: what happened to a task, an agent or the plan, as the journal tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tinytown.agents import Agent
from tinytown.clock import now, rfc3339
from tinytown.tasks import Task


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the journal.

    `type` is `task.<what>`, `agent.<state>`, `plan.<what>` or `conductor.<what>`; `at` is RFC 3339;
    `id` is the entry's id in the stream, empty until it is there; `details` holds whatever else is told.
    """

    type: str
    at: str
    id: str = ""
    task: str | None = None
    plan_id: str | None = None
    agent: str | None = None
    attempt: int | None = None
    state: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)

    def fields(self) -> list[str]:
        """The entry as the flat list of names and values that XADD takes."""
        flat = ["type", self.type, "at", self.at]
        for name in ("task", "plan_id", "agent", "attempt", "state"):
            value = getattr(self, name)
            if value is not None:
                flat += [name, str(value)]
        for name, value in self.details.items():
            flat += [name, value]
        return flat

    def as_dict(self) -> dict[str, Any]:
        """The entry for JSON: the named fields first, then the details."""
        named = {
            name: getattr(self, name)
            for name in ("id", "type", "at", "task", "plan_id", "agent", "attempt", "state")
        }
        told: dict[str, Any] = dict(self.details)
        if "elapsed" in told:
            told["elapsed"] = float(told["elapsed"])
        return {**named, **told}

    @classmethod
    def read(cls, entry_id: str, flat: list[str]) -> "Event":
        """Reads what `fields` wrote; unknown fields become details."""
        pairs = dict(zip(flat[::2], flat[1::2], strict=True))
        attempt = pairs.pop("attempt", "")
        return cls(
            id=entry_id,
            type=pairs.pop("type", "unknown"),
            at=pairs.pop("at", ""),
            task=pairs.pop("task", None),
            plan_id=pairs.pop("plan_id", None),
            agent=pairs.pop("agent", None),
            attempt=int(attempt) if attempt.isdigit() else None,
            state=pairs.pop("state", None),
            details=pairs,
        )


def task_event(
    what: str, task: Task, agent: str | None = None, moment: datetime | None = None, **details: str | None
) -> Event:
    """What happened to a task.

    Args:
        what: The verb: `created`, `assigned`, `started`, `completed`, `failed`, `requeued` …
        task: The task as it is after the change.
        agent: The name of the agent concerned.
        moment: When; the task's last change if absent.
        details: Anything else worth telling; what is None is left out.
    """
    return Event(
        type=f"task.{what}",
        at=rfc3339(moment or task.updated_at),
        task=str(task.id),
        plan_id=task.plan_id,
        agent=agent,
        attempt=task.attempt,
        state=task.state.value,
        details={name: value for name, value in details.items() if value is not None},
    )


def agent_event(agent: Agent, **details: str) -> Event:
    """An agent's new state."""
    return Event(
        type=f"agent.{agent.state.value}",
        at=rfc3339(now()),
        agent=agent.name,
        state=agent.state.value,
        details=details,
    )


def quarantine_event(agent: Agent, words: str) -> Event:
    """An agent that no conductor starts any more, with the last words of its log."""
    name = agent.name
    reason = (
        f"died {agent.failed_starts} times at start: {words}; look at .tt/logs/{name}.log, then `tt spawn {name}`"
    )
    return Event(
        type="agent.quarantined",
        at=rfc3339(now()),
        agent=name,
        state=agent.state.value,
        details={"reason": reason},
    )


def town_event(kind: str, **details: str) -> Event:
    """Any other event, such as `plan.pushed` or `conductor.elected`."""
    return Event(type=kind, at=rfc3339(now()), details=details)
