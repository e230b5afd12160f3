"""The documents about the town, its agents, messages and events."""

from datetime import datetime

from tinytown.agents import Agent
from tinytown.messages import Message
from tinytown.schemas.shape import Open, Shape, sometimes
from tinytown.states import AgentState, TaskState
from tinytown.tasks import Task


class ShownTask(Task):
    """A task, and where its logs are."""

    logs: tuple[str, ...]


class ShownAgent(Agent):
    """An agent, whether it is alive, and how many messages wait for it."""

    alive: bool
    inbox: int


class Redis(Shape):
    """The town's Redis."""

    address: str
    version: str | None
    managed: bool


class Lease(Open):
    """Who conducts."""

    id: str
    host: str | None
    pid: int | None


class Pause(Open):
    """Who paused the town, and when; empty if that is not known."""

    by: str | None = sometimes()
    at: datetime | None = sometimes()
    note: str | None = sometimes()


class Eta(Shape):
    """When the work will be done. `seconds` and `at` are null if that is up to a person."""

    seconds: float | None
    at: datetime | None
    busy_seconds: float
    tasks: int
    guessed: int
    overdue: int
    approvals: tuple[str, ...]
    unclaimed: tuple[str, ...]
    missing: tuple[str, ...]


class Status(Shape):
    """The town at a glance."""

    town: str
    root: str
    redis: Redis
    conductor: Lease | None
    paused: Pause | None
    agents: tuple[ShownAgent, ...]
    tasks: dict[TaskState, int]
    eta: Eta | None


class Inbox(Shape):
    """One mailbox: what waits, and how much is taken and in work."""

    agent: str
    count: int
    taken: int
    messages: tuple[Message, ...]


class Told(Open):
    """One event of the journal; what else is told of it stands beside these fields, as texts."""

    id: str
    type: str
    at: datetime
    task: str | None
    plan_id: str | None
    agent: str | None
    attempt: int | None
    state: TaskState | AgentState | None
    elapsed: float | None = sometimes("Seconds that an attempt took.")
    reason: str | None = sometimes("Why, for people.")


class Correspondence(Told):
    """A message that was sent, as the journal tells of it; `left_out` characters of a long text are not kept."""

    message: str
    kind: str
    priority: str
    text: str
    left_out: int
    read: bool
    correlation_id: str | None = sometimes("The message that it answers.")


class Paused(Shape):
    """Whether the town is paused now, and was before."""

    paused: bool
    before: bool
    running: int | None = sometimes("How many tasks still run.")
