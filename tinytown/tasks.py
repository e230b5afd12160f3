"""A task: a unit of work. Frozen; every move returns a new value or raises."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from tinytown.clock import now
from tinytown.durations import learned
from tinytown.errors import UnlawfulMoveError
from tinytown.ids import new_id
from tinytown.record import Record
from tinytown.remarks import Remark
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
    """All have ended, however; one that can never start counts as ended."""
    ONE_FAILED = "one_failed"
    """One has failed, was cancelled or can never start; the others are not waited for."""
    NONE_FAILED = "none_failed"
    """All have ended, and none has failed; cancelled is fine."""


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
    failures: int = 0
    """Attempts that failed since it was last asked for; `retries` bounds them."""
    last_error: str | None = None
    """What the last attempt that failed and is repeated has left."""
    given_up: str | None = None
    """Why the live attempt has failed, by its own CLI's words; it counts when the CLI ends."""
    approved: bool = False
    approved_by: str | None = None
    approval_note: str | None = None
    skipped: bool = False
    """Cancelled because it turned out not to be needed: it counts neither as failed nor as missing. Or completed
    without having been done, because a person goes on without it."""
    started_at: datetime | None = None
    not_before: datetime | None = None
    reply_to: UUID | None = None
    """The mailbox that hears of its end, because it was asked for there; and, for people, whose that is."""
    asked_by: str | None = None
    took: float | None = None
    """How long it takes, in seconds, by its attempts that completed; running it again does not forget it."""
    notes: tuple[Remark, ...] = ()
    """What people and agents have remarked on it; each attempt is told all of them."""

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
    def unapproved(self) -> bool:
        """Whether it may not start before a person has said so."""
        return self.approval and not self.approved

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
        """Done, with its output. One that ran has shown how long it takes."""
        moment = now()
        took = self.took
        if self.state is TaskState.RUNNING and self.started_at is not None and not self.group:
            took = learned(took, (moment - self.started_at).total_seconds())
        return self._move(TaskState.COMPLETED, moment, completed_at=moment, result=result, took=took)

    def fail(self, error: str | None) -> Self:
        """Ended badly, with the reason."""
        moment = now()
        return self._move(TaskState.FAILED, moment, completed_at=moment, result=error)

    def cancel(self, reason: str | None) -> Self:
        """Called off, with the reason."""
        moment = now()
        return self._move(TaskState.CANCELLED, moment, completed_at=moment, result=reason)

    def skip(self, reason: str) -> Self:
        """Called off, because its prerequisites ended so that it is not needed."""
        return self.cancel(reason).evolve(skipped=True)

    def pass_over(self, reason: str) -> Self:
        """Counts as completed though it was not done: what waits for it goes on without it."""
        return self.complete(reason).evolve(skipped=True)

    def approve(self, who: str, note: str | None) -> Self:
        """A person lets it start.

        Raises:
            UnlawfulMoveError: It waits for no approval.
        """
        self._check_asks("approved")
        return self.evolve(updated_at=now(), approved=True, approved_by=who, approval_note=note)

    def reject(self, who: str, note: str | None) -> Self:
        """A person does not let it start: it has failed.

        Raises:
            UnlawfulMoveError: It waits for no approval.
        """
        self._check_asks("rejected")
        return self.fail(f"rejected by {who}: {note}" if note else f"rejected by {who}")

    def give_up(self, error: str) -> Self:
        """Its own CLI says that the live attempt has failed."""
        return self.evolve(updated_at=now(), given_up=error)

    def retry(self, error: str, not_before: datetime | None) -> Self:
        """Back to pending after an attempt that failed.

        Args:
            error: What the attempt has left.
            not_before: When the next one may begin.
        """
        again = self.requeue(not_before=not_before)
        return again.evolve(failures=self.failures + 1, last_error=error)

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
        """Back to pending because a person wants it run again: as if it had never run, but for its attempts."""
        return self.requeue().evolve(
            crashes=0, failures=0, last_error=None, approved=False, approved_by=None, approval_note=None
        )

    def hasten(self) -> Self:
        """Need not wait for its moment any more."""
        return self.evolve(updated_at=now(), not_before=None)

    def remark(self, text: str, who: str) -> Self:
        """Somebody says something of it."""
        moment = now()
        return self.evolve(updated_at=moment, notes=(*self.notes, Remark(text=text, who=who, at=moment)))

    def _check_asks(self, verb: str) -> None:
        if not self.approval:
            raise UnlawfulMoveError(
                f'task "{self.label}" needs no approval', "Only a task with `approval = true` waits for one."
            )
        if self.state is not TaskState.PENDING:
            raise UnlawfulMoveError(
                f'task "{self.label}" is {self.state} and can no longer be {verb}',
                "Each run is approved before it starts; to run it again, set its status to pending.",
            )

    def _move(self, target: TaskState, moment: datetime | None = None, **changes: Any) -> Self:
        check_task_move(f'task "{self.label}"', self.state, target)
        return self.evolve(state=target, updated_at=moment or now(), given_up=None, skipped=False, **changes)
