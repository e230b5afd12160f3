"""The documents about putting a town right, and about keeping and moving its state."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from tinytown.agents import Agent
from tinytown.messages import Message
from tinytown.schemas.shape import Open, Shape, sometimes
from tinytown.schemas.town import Lease
from tinytown.states import AgentState, TaskState
from tinytown.tasks import Task


class Finding(Shape):
    """One thing that `tt doctor` has found; `done` is what was done about it."""

    severity: Literal["error", "warning"]
    place: str
    message: str
    remedy: str
    fixable: bool
    done: str | None


class Area(Shape):
    """A part of the town that was looked at; `skipped` is why it was not."""

    name: str
    note: str
    skipped: str | None
    findings: tuple[Finding, ...]


class Examination(Shape):
    """What `tt doctor` says of the town. It is healthy if no error is left."""

    town: str | None
    root: str
    healthy: bool
    areas: tuple[Area, ...]


class FreedTask(Shape):
    """A task that a dead agent had, as it is now."""

    id: UUID
    plan_id: str | None
    state: TaskState
    attempt: int


class Freed(Shape):
    """An agent whose work was freed, and why."""

    agent: str
    id: UUID
    state: AgentState
    why: Literal["died", "silent", "left"]
    tasks: tuple[FreedTask, ...]


class Recovery(Shape):
    """What was freed; nothing where a conductor is in charge."""

    conductor: Lease | None
    agents: tuple[Freed, ...]


class Holder(Shape):
    """Who holds something and does not deal with it."""

    agent: str | None
    id: UUID
    state: AgentState | Literal["unknown", "dead"]


class Unreadable(Open):
    """What lies in an inbox and is no message."""

    text: str


class Holding(Holder):
    """What such an agent holds."""

    tasks: tuple[Task, ...]
    messages: tuple[Message | Unreadable, ...]


class Moved(Shape):
    """A task or a message, where it is now, and why it is not where it was wanted."""

    kind: Literal["task", "message"]
    id: str | None
    what: str
    to: Literal["agent", "backlog", "pending", "inbox"]
    why: str | None


class Reclaimed(Holder):
    """What was moved from such an agent; `why` nothing was, if so."""

    why: str | None
    moved: tuple[Moved, ...]


class Pruned(Shape):
    """The agents that were removed, the tasks that went into the backlog, and the messages that nobody has read."""

    removed: tuple[Agent, ...]
    backlog: tuple[Task, ...]
    unread: tuple[Message, ...]


class Saved(Shape):
    """What a snapshot holds."""

    file: str
    tasks: int
    agents: int
    messages: int
    events: int | None = sometimes("With --events.")


class Restored(Shape):
    """What came out of a snapshot, and the ids of the tasks that went back to pending."""

    town: str
    origin: str = Field(alias="from")
    tasks: int
    agents: int
    requeued: tuple[UUID, ...]


class Reset(Shape):
    """How much was deleted: of each kind, or with --agents-only of agents alone."""

    town: str
    stopped: int
    deleted: dict[str, int]


class Step(Shape):
    """One thing that a migration makes, and the keys that it is made of."""

    what: Literal["agent", "task", "mail", "backlog", "events", "activity", "stop"]
    title: str
    keys: tuple[str, ...]
    notes: tuple[str, ...]


class Left(Shape):
    """A key that stays where it is, and why."""

    key: str
    reason: str


class Migration(Shape):
    """What is brought over from another program, or would be."""

    done: bool
    steps: tuple[Step, ...]
    left: tuple[Left, ...]
