"""Runs tasks again because a person says so: what becomes of each. Pure."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from tinytown.change import Change
from tinytown.downstream import below, downstream
from tinytown.errors import UnlawfulMoveError
from tinytown.states import UNDER_WAY, TaskState
from tinytown.tasks import Task

_LOST = (TaskState.FAILED, TaskState.CANCELLED)


def rerun(tasks: Mapping[UUID, Task], root: Task, reason: str, *, onward: bool) -> list[Change]:
    """Sets a task to run again, and on request all that builds on it.

    Of a group those of its tasks are meant that failed or were called off; of one that completed, all.

    Args:
        tasks: All tasks.
        root: The task.
        reason: Who wants it, and why.
        onward: Whether what builds on it runs again too, and what of that is under way is taken from its agent.

    Returns:
        The changes, in the order of `tasks`; none if it waits for its turn already.

    Raises:
        UnlawfulMoveError: It is under way.
    """
    if root.state in UNDER_WAY and not root.group:
        raise UnlawfulMoveError(
            f'task "{root.label}" is {root.state}; it runs already',
            f"To begin it anew, first: tt cancel {root.label}",
        )
    roots = [root.id, *_members(tasks, root)]
    chosen = {key: True for key in roots if _begins_anew(tasks[key])}
    if onward:
        chosen |= {key: begins for key, begins in downstream(tasks, roots).items() if _is_reset(tasks[key], begins)}
    return [_change(tasks[key], reason) for key in tasks if key in chosen]


def _members(tasks: Mapping[UUID, Task], root: Task) -> Iterator[UUID]:
    if root.group:
        everything = root.state is TaskState.COMPLETED
        yield from (key for key in below(tasks, root.id) if everything or tasks[key].state in _LOST)


def _change(task: Task, reason: str) -> Change:
    again = task.hasten() if task.state is TaskState.PENDING else task.rerun()
    return Change(task, again, "requeued", reason)


def _begins_anew(task: Task) -> bool:
    """Whether it has ended, or waits for a moment that need not be waited for."""
    return task.ended or (task.state is TaskState.PENDING and task.not_before is not None)


def _is_reset(task: Task, begins: bool) -> bool:  # noqa: FBT001  private, and clear where it is called
    """Whether a task that builds on another starts over; an open group only if its start builds on it."""
    return task.ended or (task.state in UNDER_WAY and begins)
