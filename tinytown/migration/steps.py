"""The steps of a migration: each one is carried out whole or not at all. Pure values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tinytown.agents import Agent
from tinytown.migration.found import Find
from tinytown.tasks import Task


@dataclass(frozen=True, slots=True)
class Mailbag:
    """An agent's messages, as they are to lie in its inbox.

    Args:
        owner: Whose they are.
        texts: The messages, the next one first; what is no message among them too.
        assigned: The tasks that they assign.
    """

    owner: UUID
    texts: Sequence[str] = ()
    assigned: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Step:
    """One conversion.

    Args:
        what: `agent`, `task`, `mail`, `backlog`, `events`, `activity` or `stop`.
        sources: The keys that it is made of, as they were read; they are gone afterwards, or hold what is ours.
        title: What people call it.
        notes: What had to be assumed.
        agent: The agent, if it is one.
        task: The task, if it is one.
        base: For a task of the plan: its entry as if it had been synced, as JSON.
        mail: The messages, if some are moved.
        listed: For the backlog: the ids that are to be in it. For the shared one: those that stay there.
        moved: For the backlog: the ids that are added to the town's.
        entries: For events: the stream as it is to be. For activity: the lines, the oldest first, without ids.
    """

    what: str
    sources: Sequence[Find]
    title: str
    notes: Sequence[str] = ()
    agent: Agent | None = None
    task: Task | None = None
    base: str | None = None
    mail: Mailbag | None = None
    listed: Sequence[str] = ()
    moved: Sequence[str] = ()
    entries: Sequence[tuple[str, Sequence[str]]] = ()

    @property
    def shared(self) -> bool:
        """Whether some of it lay under no town's prefix."""
        return any(find.place.shared for find in self.sources)

    def as_dict(self) -> dict[str, Any]:
        """The step for JSON."""
        return {
            "what": self.what,
            "title": self.title,
            "keys": [find.key for find in self.sources],
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class Left:
    """What stays where it is.

    Args:
        key: The key.
        reason: Why.
    """

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Migration:
    """What there is to do.

    Args:
        steps: In this order.
        left: What cannot be brought over, or need not be.
        awake: Names of agents of another program that seem to be at work still.
    """

    steps: Sequence[Step] = ()
    left: Sequence[Left] = ()
    awake: Sequence[str] = field(default=())

    @property
    def shared(self) -> bool:
        """Whether keys are moved that could be another town's."""
        return any(step.shared for step in self.steps)

    def count(self, what: str) -> int:
        """How many steps of a kind there are."""
        return sum(step.what == what for step in self.steps)
