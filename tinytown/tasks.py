"""A task: a unit of work. Frozen; every move returns a new value or raises."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from tinytown.clock import now
from tinytown.ids import new_id
from tinytown.record import Record
from tinytown.states import ENDED, TaskState, check_task_move


class Priority(StrEnum):
    """How soon among its equals. Shared by tasks and messages."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """0 for low … 3 for urgent."""
        return _RANKS[self]


_RANKS = {Priority.LOW: 0, Priority.NORMAL: 1, Priority.HIGH: 2, Priority.URGENT: 3}


class When(StrEnum):
    """Which outcomes of its prerequisites release a task."""

    ALL_SUCCESS = "all_success"
    """All have completed."""
    ALL_DONE = "all_done"
    """All have ended, however."""
    ONE_FAILED = "one_failed"
    """One has failed or was cancelled."""
    NONE_FAILED = "none_failed"
    """All have ended, and none has failed."""


BY_MESSAGE = "message"
"""The tag of a task that an agent made of a message; such a task never enters the plan."""


class Task(Record):
    """A unit of work.

    The first ten fields are the public schema, under the names that `redis-cli GET` shows. Of the others,
    the definition comes from tasks.toml (as written there) and the rest is kept by the runtime.
    """

    id: UUID = Field(default_factory=new_id)
    description: str
    state: TaskState = TaskState.PENDING
    assigned_to: UUID | None = None
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)
    completed_at: datetime | None = None
    result: str | None = None
    parent_id: UUID | None = None
    tags: tuple[str, ...] = ()

    # Definition: as tasks.toml has it.
    plan_id: str | None = None
    agent: str | None = None
    role: str | None = None
    needs: tuple[str, ...] = ()
    run: str | None = None
    accept: str | None = None
    when: When = When.ALL_SUCCESS
    retries: int = 0
    retry_delay: str | None = None
    timeout: str | None = None
    priority: Priority = Priority.NORMAL
    estimate: str | None = None
    approval: bool = False
    pool: str | None = None
    group: bool = False
    order: int = 0

    # Runtime.
    attempt: int = 0
    crashes: int = 0
    started_at: datetime | None = None
    not_before: datetime | None = None

    @classmethod
    def new(cls, description: str, **fields: Any) -> Self:
        """A fresh pending task with a random id.

        Args:
            description: What is to be done.
            fields: Any other field, by name.
        """
        return cls(description=description, **fields)

    @property
    def label(self) -> str:
        """What people call it: its id in the plan, else the first eight digits of its id."""
        return self.plan_id or str(self.id)[:8]

    @property
    def ended(self) -> bool:
        """Whether nothing goes on by itself any more."""
        return self.state in ENDED

    @property
    def unassigned(self) -> bool:
        """Whether it becomes ready work that nobody is named for."""
        return not (self.group or self.agent or self.role or self.run)

    def assign(self, agent: UUID) -> Self:
        """Given to an agent: a new attempt begins."""
        return self._move(TaskState.ASSIGNED, assigned_to=agent, attempt=self.attempt + 1, not_before=None)

    def start(self) -> Self:
        """Work begins; for a group: its members may start."""
        moment = now()
        return self._move(TaskState.RUNNING, moment, started_at=moment)

    def complete(self, result: str | None) -> Self:
        """Done, with its output."""
        moment = now()
        return self._move(TaskState.COMPLETED, moment, completed_at=moment, result=result)

    def fail(self, error: str | None) -> Self:
        """Ended badly, with the reason."""
        moment = now()
        return self._move(TaskState.FAILED, moment, completed_at=moment, result=error)

    def cancel(self, reason: str | None) -> Self:
        """Called off, with the reason."""
        moment = now()
        return self._move(TaskState.CANCELLED, moment, completed_at=moment, result=reason)

    def requeue(self, *, crashed: bool = False, not_before: datetime | None = None) -> Self:
        """Back to pending: a later attempt will take it up.

        Args:
            crashed: Whether its agent died; counted apart from other reasons.
            not_before: When it may be released again at the earliest.
        """
        return self._move(
            TaskState.PENDING,
            assigned_to=None,
            started_at=None,
            completed_at=None,
            result=None,
            crashes=self.crashes + crashed,
            not_before=not_before,
        )

    def rerun(self) -> Self:
        """Back to pending because a person wants it run again: crash count and result are forgotten."""
        return self.requeue().evolve(crashes=0)

    def _move(self, target: TaskState, moment: datetime | None = None, **changes: Any) -> Self:
        check_task_move(f'task "{self.label}"', self.state, target)
        return self.evolve(state=target, updated_at=moment or now(), **changes)
