"""An event: what happened to a task, an agent or the plan, as the journal tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tinytown.agents import Agent
from tinytown.clock import now, rfc3339
from tinytown.messages import Message
from tinytown.tasks import Task

TEXT_CHARS = 4000
"""So much of a message's text is kept in the journal. Its inbox forgets it once it is dealt with."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the journal.

    `type` is `task.<what>`, `agent.<state>`, `message.<what>`, `plan.<what>` or `conductor.<what>`; `at` is RFC
    3339; `id` is the entry's id in the stream, empty until it is there; `details` holds whatever else is told.
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


def sent_event(message: Message, sender: str, receiver: str, agent: str | None) -> Event:
    """A message that was sent, with its text as far as the journal has room for it.

    Args:
        message: The message.
        sender: The name it comes from; its id if nobody is called so.
        receiver: The name it goes to, likewise.
        agent: The name of the agent concerned: the receiver, or who speaks to the conductor.
    """
    text = message.text
    details = {
        "message": str(message.id),
        "from": sender,
        "to": receiver,
        "kind": message.type,
        "priority": message.priority.value,
        "text": text[:TEXT_CHARS],
    }
    if len(text) > TEXT_CHARS:
        details["left_out"] = str(len(text) - TEXT_CHARS)
    if message.correlation_id is not None:
        details["correlation_id"] = str(message.correlation_id)
    return Event(type="message.sent", at=rfc3339(message.created_at), agent=agent, details=details)


def read_event(message: Message, reader: str, task: Task | None = None) -> Event:
    """A message that its receiver has dealt with.

    Args:
        message: The message.
        reader: The name of whose it was.
        task: The task that it was read for, or became.
    """
    details = {"message": str(message.id), "kind": message.type, **({"for": task.label} if task else {})}
    return Event(type="message.read", at=rfc3339(now()), agent=reader, details=details)


def moved_event(message: Message, origin: str, receiver: str) -> Event:
    """A message that nobody had dealt with, and that was given to somebody else.

    Args:
        message: The message.
        origin: The name of whose it was; its id if nobody is called so.
        receiver: The name of whose it is now.
    """
    details = {"message": str(message.id), "kind": message.type, "from": origin, "to": receiver}
    return Event(type="message.moved", at=rfc3339(now()), agent=receiver, details=details)


def dropped_event(message: Message, owner: str, reason: str) -> Event:
    """A message that was thrown away unread, with its text as far as the journal has room for it."""
    text = message.text[:TEXT_CHARS]
    details = {"message": str(message.id), "kind": message.type, "text": text, "reason": reason}
    return Event(type="message.dropped", at=rfc3339(now()), agent=owner, details=details)


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
