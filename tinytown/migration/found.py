"""What was found in Redis, as it was read. Pure values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from tinytown.agents import Agent
from tinytown.migration.layout import Place
from tinytown.tasks import Task


@dataclass(frozen=True, slots=True)
class Find:
    """A key and what it held: a text, the fields of a hash, the elements of a list or the entries of a stream."""

    place: Place
    text: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    items: Sequence[str] = ()
    entries: Sequence[tuple[str, Sequence[str]]] = ()

    @property
    def key(self) -> str:
        return self.place.key


@dataclass(frozen=True)
class Survey:
    """Everything that was read.

    Args:
        finds: What may be of another program; this town's own tasks and agents are not among them.
        strange: Keys of a type that their name does not promise, with that type.
        tasks: This town's tasks.
        agents: This town's agents.
        planned: The ids that the plan's hash knows.
    """

    finds: Sequence[Find] = ()
    strange: Sequence[tuple[Place, str]] = ()
    tasks: Mapping[UUID, Task] = field(default_factory=dict)
    agents: Mapping[UUID, Agent] = field(default_factory=dict)
    planned: frozenset[str] = frozenset()
