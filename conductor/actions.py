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


Action = Release | Shelve | Advance | Bury


@dataclass(frozen=True, slots=True)
class Hire:
    """A missing agent is started."""

    wish: Wish


@dataclass(frozen=True, slots=True)
class Retire:
    """An idle agent is told to leave, to make place for another."""

    agent: UUID


@dataclass(frozen=True, slots=True)
class Decline:
    """Nobody can be started for a ready task: the town is full, and nobody there may be sent away."""

    task: UUID


Staffing = Hire | Retire | Decline
