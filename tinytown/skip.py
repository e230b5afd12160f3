"""Goes on without tasks because a person says so: what becomes of each. Pure."""

from collections.abc import Mapping
from uuid import UUID

from tinytown.change import Change
from tinytown.downstream import below
from tinytown.errors import UnlawfulMoveError
from tinytown.states import TaskState
from tinytown.tasks import Task


def skip(tasks: Mapping[UUID, Task], root: Task, reason: str) -> list[Change]:
    """Counts a task as completed though it was not done, a group with all its tasks.

    Args:
        tasks: All tasks.
        root: The task.
        reason: Who wants it, and why.

    Returns:
        The changes, in the order of `tasks`. What has completed stays as it is.

    Raises:
        UnlawfulMoveError: All of it has completed.
    """
    chosen = {root.id, *(below(tasks, root.id) if root.group else ())}
    changes = [
        Change(task, task.pass_over(reason), "skipped", reason)
        for key, task in tasks.items()
        if key in chosen and task.state is not TaskState.COMPLETED
    ]
    if not changes:
        raise UnlawfulMoveError(
            f'task "{root.label}" is {root.state}; there is nothing to skip',
            f"`tt task show {root.label}` shows it.",
        )
    return changes
