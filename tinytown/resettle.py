"""What becomes of a task whose holder does not do it, when a person takes it away. Pure."""

from dataclasses import dataclass
from typing import Literal

from tinytown.agents import Agent
from tinytown.states import TaskState
from tinytown.tasks import Task

Whereto = Literal["agent", "backlog", "pending"]


@dataclass(frozen=True, slots=True)
class Resettled:
    """A task's next value, where it goes, and why not where it was wished, if that is so."""

    task: Task
    whereto: Whereto
    why: str | None = None


def resettle(task: Task, target: Agent | None) -> Resettled:
    """Where a task goes.

    A task that was given by hand goes wherever it is wished. Who does a task of the plan is said by tasks.toml: it
    returns to pending, unless the file names nobody.

    Args:
        task: Pending, assigned or running; nobody works on it.
        target: Who is to have it; None for the backlog.
    """
    free = task if task.state is TaskState.PENDING else task.requeue()
    if task.plan_id is None:
        free = free.evolve(agent=target.name if target else None, role=None)
    elif not free.unassigned:
        return Resettled(free, "pending", _named(task))
    if target is not None:
        return Resettled(free.assign(target.id), "agent")
    return Resettled(free, "backlog") if free.unassigned else Resettled(free, "pending", "any agent may run it")


def _named(task: Task) -> str:
    if task.agent:
        return f'tasks.toml names agent "{task.agent}"'
    return f'tasks.toml names role "{task.role}"' if task.role else "tasks.toml lets any agent run it"
