"""What the tools take. Each description is read by the client's model: short and exact."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from tinytown.states import TaskState
from tinytown.tasks import Priority

_TASK = "The task: its id in the plan, or its own id or the beginning of it."


class Arguments(BaseModel):
    """The arguments of a tool: no others are taken."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Nothing(Arguments):
    """No arguments."""


class One(Arguments):
    """One task."""

    task: str = Field(min_length=1, description=_TASK)


class Tasks(Arguments):
    """Which tasks."""

    state: TaskState | None = Field(default=None, description="Only tasks in this state.")
    tag: str | None = Field(default=None, description="Only tasks with this tag.")
    claimable: bool = Field(default=False, description="Only tasks that you can claim now.")


class Claim(Arguments):
    """What to claim."""

    task: str | None = Field(default=None, min_length=1, description=f"{_TASK} The next one if absent.")


class Complete(One):
    """What came of a task."""

    result: str = Field(default="", description="What you did; tasks that build on it read this.")


class Fail(One):
    """Why a task failed."""

    error: str = Field(min_length=1, description="What stands in the way.")


class AddTask(Arguments):
    """A new task. Where there is a plan, `parent` and `needs` are ids of it."""

    description: str = Field(min_length=1, description="What is to be done.")
    id: str | None = Field(default=None, description="Its id in the plan. Made of the description if absent.")
    agent: str | None = Field(default=None, description="Who does it.")
    role: str | None = Field(default=None, description="Any agent of this role does it.")
    parent: str | None = Field(default=None, description="The task or group that it waits for.")
    needs: list[str] = Field(default=[], description="Tasks that must complete first.")
    tags: list[str] = Field(default=[], description="Words to find it by.")
    priority: Priority = Field(default=Priority.NORMAL, description="What goes first.")


class Send(Arguments):
    """A message."""

    to: str = Field(min_length=1, description="An agent's name, or `conductor`.")
    text: str = Field(min_length=1, description="What you say.")
    kind: Literal["informational", "query", "confirmation", "task"] = Field(
        default="informational", description="`query` wants an answer, `task` makes work of it."
    )
    priority: Priority = Field(default=Priority.NORMAL, description="How soon among others.")


class Inbox(Arguments):
    """What was read."""

    acknowledge: list[UUID] = Field(default=[], description="The ids of messages that you have dealt with.")
