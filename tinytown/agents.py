"""An agent: a process that takes tasks from its inbox. Frozen; every move returns a new value or raises."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from tinytown.clock import now
from tinytown.ids import check_name, new_id
from tinytown.record import Record
from tinytown.states import GONE, RECEPTIVE, AgentState, check_agent_move

UNASSIGNED_TO = "worker"
"""The agent for tasks that name nobody, where one plan is run from start to end."""

BY_CLIENT = "mcp"
"""The CLI of an agent that is no process of the town's: a client of `tt mcp` does its work."""

START_DEATHS = 3
"""An agent that died so many times in a row before it could do anything is quarantined: no conductor starts it."""


class Agent(Record):
    """A worker with a name, a CLI, an inbox and a state.

    `team` is the name of the `[agents.*]` entry that a replica belongs to (`coder-2` of `coder`); a task
    for `coder` may go to any of them. `stop_now` tells a draining agent not to finish its task first. `hired`
    says that a conductor started it, and may send it away. `rounds` counts the tasks that its process has taken,
    `failed_starts` the processes in a row that died before they took any. `nickname` is a second name for people,
    `parent_agent_id` whom it works for.
    """

    id: UUID = Field(default_factory=new_id)
    name: str
    cli: str
    state: AgentState = AgentState.STARTING
    current_task: UUID | None = None
    role: str | None = None
    created_at: datetime = Field(default_factory=now)
    last_heartbeat: datetime | None = None
    tasks_completed: int = 0
    pid: int | None = None
    host: str | None = None
    team: str | None = None
    stop_now: bool = False
    hired: bool = False
    rounds: int = 0
    failed_starts: int = 0
    nickname: str | None = None
    parent_agent_id: UUID | None = None

    @classmethod
    def new(cls, name: str, cli: str, **fields: Any) -> Self:
        """A fresh agent with a random id.

        Raises:
            BadNameError: If an agent cannot be called so.
        """
        if fields.get("nickname") is not None:
            check_name(fields["nickname"], "nickname")
        return cls(name=check_name(name, "agent"), cli=cli, **fields)

    @property
    def label(self) -> str:
        """Its name, and its nickname if it has one, for people."""
        return f"{self.name} ({self.nickname})" if self.nickname else self.name

    @property
    def gone(self) -> bool:
        """Whether it has, by its own account, no process."""
        return self.state in GONE

    @property
    def by_client(self) -> bool:
        """Whether a client of `tt mcp` does its work: it starts when it likes, and is sent only what is for it."""
        return self.cli == BY_CLIENT

    @property
    def receptive(self) -> bool:
        """Whether new tasks may be sent to it."""
        return self.state in RECEPTIVE

    @property
    def untried(self) -> bool:
        """Whether its process could take tasks, or is about to, and has not taken any: a death now is its own."""
        return self.rounds == 0 and self.state in (AgentState.STARTING, AgentState.IDLE)

    @property
    def quarantined(self) -> bool:
        """Whether it died at start too often to be started again by anybody but a person."""
        return self.failed_starts >= START_DEATHS

    def answers_to(self, name: str) -> bool:
        """Whether a task for `agent = name` may go to it."""
        return name in (self.name, self.team)

    def become(self, state: AgentState, **changes: Any) -> Self:
        """A lawful move to another state, or none at all if it is there already."""
        if state is not self.state:
            check_agent_move(f'agent "{self.name}"', self.state, state)
        return self.evolve(state=state, last_heartbeat=now(), **changes)

    def start(self, wish: "Wish", **changes: Any) -> Self:
        """Registers again under its old id, for a new process. Whom a person starts gets a new chance."""
        failed = self.failed_starts if wish.hired else 0
        fresh = {"pid": None, "rounds": 0, "failed_starts": failed, "stop_now": False}
        return self.become(AgentState.STARTING, cli=wish.cli, **wish.traits, **fresh, **changes)

    def revive(self) -> Self:
        """Registers again because it was taken for dead: it did not die at start after all."""
        return self.become(AgentState.STARTING, failed_starts=0)

    def take(self, task: UUID) -> Self:
        """Begins a task."""
        return self.become(AgentState.WORKING, current_task=task, rounds=self.rounds + 1)

    def rest(self, *, completed: bool) -> Self:
        """Is without a task: idle, unless it was told otherwise meanwhile.

        Args:
            completed: Whether it has completed the one that it had.
        """
        state = AgentState.IDLE if self.state is AgentState.WORKING else self.state
        done = self.tasks_completed + completed
        return self.become(state, current_task=None, tasks_completed=done, failed_starts=0)

    def end(self, state: AgentState) -> Self:
        """Has no process any more; one that failed before it could do anything is counted.

        Args:
            state: `error` for one that died or could not go on, `stopped` for one that left in good order.
        """
        failed = self.failed_starts + (self.untried and state is AgentState.ERROR)
        return self.become(state, current_task=None, pid=None, stop_now=False, failed_starts=failed)


@dataclass(frozen=True, slots=True)
class Wish:
    """What kind of agent is wanted.

    `max_rounds` 0 means without end, `idle_timeout` 0 as the town has it; both of the agent's next process.
    `hired` says that a conductor wants it, rather than a person. Without `nickname` or `parent` an agent of
    the past keeps its own.
    """

    name: str
    cli: str
    role: str | None = None
    team: str | None = None
    max_rounds: int = 0
    idle_timeout: float = 0.0
    hired: bool = False
    nickname: str | None = None
    parent: UUID | None = None

    @property
    def traits(self) -> dict[str, Any]:
        """What becomes of the agent's record, beside its name and its CLI."""
        given = {"nickname": self.nickname, "parent_agent_id": self.parent}
        kept = {field: value for field, value in given.items() if value is not None}
        return {"role": self.role, "team": self.team, "hired": self.hired, **kept}
