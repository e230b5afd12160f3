"""What the conductor can do: a closed set of frozen values, decided purely and carried out elsewhere."""

from dataclasses import dataclass
from uuid import UUID

from tinytown.agents import Wish
from tinytown.tasks import Task


@dataclass(frozen=True, slots=True)
class Release:
    """A ready task goes to an agent."""

    task: UUID
    agent: UUID


@dataclass(frozen=True, slots=True)
class Shelve:
    """A ready task that nobody is named for goes into the backlog."""

    task: UUID


@dataclass(frozen=True, slots=True)
class Advance:
    """A group opens, completes or fails: `task` is its next value, `what` the event's verb."""

    task: Task
    what: str


@dataclass(frozen=True, slots=True)
class Bury:
    """The work of an agent that is dead or gone is freed."""

    agent: UUID


@dataclass(frozen=True, slots=True)
class Spawn:
    """A missing or dead agent is started."""

    wish: Wish


Action = Release | Shelve | Advance | Bury | Spawn
