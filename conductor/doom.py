"""Which pending tasks can never start, because something that they need failed or was cancelled. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from conductor.outcomes import LOST, fell_with_members, is_settled
from tinytown.states import TaskState
from tinytown.tasks import Task, When


def find_doomed(
    tasks: Mapping[UUID, Task],
    lost: Iterable[UUID],
    waiters: Mapping[UUID, Sequence[UUID]],
    groups_above: Callable[[Task], Iterable[UUID]],
) -> frozenset[UUID]:
    """The pending tasks that can never start.

    A group with a lost member can no longer complete, so what waits for its completion is lost too; its other
    members go on, for they only wait for its opening.

    Args:
        tasks: All tasks.
        lost: Those that failed or were called off.
        waiters: For each task, those that wait for it: who needs it, its children, a group's members.
        groups_above: The groups that a task lies in.
    """
    doomed: set[UUID] = set()
    known = set(lost)
    stack = list(known)
    while stack:
        task = tasks[stack.pop()]
        for key in waiters.get(task.id, ()):
            if key not in doomed and _hit(tasks[key], task, doomed):
                doomed.add(key)
                known.add(key)
                stack.append(key)
        for group in groups_above(task):
            if group not in known and not is_settled(tasks[group]):
                known.add(group)
                stack.append(group)
    return frozenset(doomed)


def _hit(waiter: Task, lost: Task, doomed: set[UUID]) -> bool:
    """Whether a task can never start now that `lost` cannot complete."""
    if waiter.state is not TaskState.PENDING:
        return False
    if lost.group and waiter.parent_id == lost.id:
        return lost.id in doomed or (lost.state in LOST and not fell_with_members(lost))
    if waiter.when is When.NONE_FAILED:
        return lost.state is not TaskState.CANCELLED
    return waiter.when is When.ALL_SUCCESS
