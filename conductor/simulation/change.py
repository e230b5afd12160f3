"""A change of the simulated store: what it relies on, and what it writes."""

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from tinytown.agents import Agent
from tinytown.events import Event, task_event
from tinytown.record import Held
from tinytown.tasks import Task


@dataclass(frozen=True, slots=True)
class Letter:
    """An assignment in an agent's inbox: the task as it was assigned."""

    held: Held[Task]

    @property
    def rank(self) -> int:
        """How urgent it is."""
        return self.held.value.priority.rank


class Writer:
    """Gives every text that is written its number. Two texts are the same if their numbers are."""

    def __init__(self) -> None:
        self._count = 0

    def text(self) -> str:
        """The next one."""
        self._count += 1
        return str(self._count)


@dataclass(slots=True)
class Change:
    """All or nothing.

    Args:
        writer: Numbers what is written.
        lease: The conductor on whose authority it is made; None for others.
    """

    writer: Writer
    lease: str | None = None
    tasks: list[tuple[Held[Task], Held[Task]]] = field(default_factory=list)
    agents: list[tuple[Held[Agent] | None, Held[Agent]]] = field(default_factory=list)
    letters: list[tuple[UUID, Letter]] = field(default_factory=list)
    done_with: list[tuple[UUID, Letter]] = field(default_factory=list)
    sorted_out: list[tuple[UUID, frozenset[UUID], frozenset[UUID]]] = field(default_factory=list)
    shelved: list[UUID] = field(default_factory=list)
    unshelved: list[UUID] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def change_task(self, before: Held[Task], after: Task) -> Held[Task]:
        """A task goes from one value to another. Returns it as it will be held."""
        held = Held(after, self.writer.text())
        self.tasks.append((before, held))
        return held

    def change_agent(self, before: Held[Agent] | None, after: Agent) -> Held[Agent]:
        """The same for an agent; None before for a new one."""
        held = Held(after, self.writer.text())
        self.agents.append((before, held))
        return held

    def hand_over(self, held: Held[Task], agent: Agent) -> None:
        """An agent is told of a task that has just become its own."""
        self.letters.append((agent.id, Letter(held)))
        self.events.append(task_event("assigned", held.value, agent.name))

    def sort_mail(self, agent: UUID, freed: Collection[UUID], kept: Collection[UUID]) -> None:
        """Drops the letters of what is freed, and gives back those that were taken of what is kept."""
        self.sorted_out.append((agent, frozenset(freed), frozenset(kept)))
