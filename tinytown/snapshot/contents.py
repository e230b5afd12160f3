"""What a snapshot holds. Pure values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from tinytown.agents import Agent
from tinytown.ids import CONDUCTOR_ID
from tinytown.tasks import Task


@dataclass(frozen=True)
class Snapshot:
    """A town at one moment.

    Args:
        name: The town's name.
        plan: The plan's hash, as it stood.
        agents: The agents, without a process.
        tasks: The tasks, as they were.
        mail: Each agent's messages, the next one first; those that were taken and not acknowledged given back.
        backlog: The ids in the backlog, in its order.
        delayed: Tasks that wait for a time, with that time as Redis holds it.
        events: The journal, if it was wanted: each entry's id, and its names and values.
    """

    name: str
    plan: Mapping[str, str] = field(default_factory=dict)
    agents: Sequence[Agent] = ()
    tasks: Sequence[Task] = ()
    mail: Mapping[UUID, Sequence[str]] = field(default_factory=dict)
    backlog: Sequence[UUID] = ()
    delayed: Mapping[UUID, str] = field(default_factory=dict)
    events: Sequence[tuple[str, Sequence[str]]] | None = None

    @property
    def owners(self) -> Mapping[UUID, str]:
        """The names of all who can have mail."""
        return {CONDUCTOR_ID: "conductor", **{agent.id: agent.name for agent in self.agents}}
