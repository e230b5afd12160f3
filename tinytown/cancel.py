"""Calls tasks off because a person says so: what becomes of each. Pure."""

from collections.abc import Mapping
from uuid import UUID

from tinytown.change import Change
from tinytown.downstream import below, downstream
from tinytown.errors import UnlawfulMoveError
from tinytown.tasks import Task


def cancel(tasks: Mapping[UUID, Task], root: Task, reason: str, *, onward: bool) -> list[Change]:
    """Calls a task off, a group with all its tasks, and on request all that builds on it.

    Args:
        tasks: All tasks.
        root: The task.
        reason: Who wants it, and why.
        onward: Whether what builds on it is called off too. Else that is blocked, or, by its `when`, goes on.

    Returns:
        The changes, in the order of `tasks`. What has ended stays as it is.

    Raises:
        UnlawfulMoveError: All of it has ended.
    """
    chosen = {root.id, *(below(tasks, root.id) if root.group else ())}
    if onward:
        chosen |= {key for key, begins in downstream(tasks, chosen).items() if begins}
    changes = [
        Change(task, task.cancel(reason), "cancelled", reason)
        for key, task in tasks.items()
        if key in chosen and not task.ended
    ]
    if not changes:
        raise UnlawfulMoveError(
            f'task "{root.label}" is {root.state}; there is nothing to call off',
            f"`tt task show {root.label}` shows it.",
        )
    return changes
