"""Which pending tasks can never start, because something that they need failed or was cancelled. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from tinytown.states import TaskState
from tinytown.tasks import Task

LOST = (TaskState.FAILED, TaskState.CANCELLED)


def find_doomed(
    tasks: Mapping[UUID, Task],
    waiters: Mapping[UUID, Sequence[UUID]],
    groups_above: Callable[[Task], Iterable[UUID]],
) -> frozenset[UUID]:
    """The pending tasks that can never start.

    A group with a lost member can no longer complete, so what waits for its completion is lost too; its other
    members go on, for they only wait for its opening.

    Args:
        tasks: All tasks.
        waiters: For each task, those that wait for it: who needs it, its children, a group's members.
        groups_above: The groups that a task lies in.
    """
    doomed: set[UUID] = set()
    lost = {key for key, task in tasks.items() if task.state in LOST}
    stack = list(lost)
    while stack:
        task = tasks[stack.pop()]
        for key in waiters.get(task.id, ()):
            if key not in doomed and _hit(tasks[key], task, doomed):
                doomed.add(key)
                lost.add(key)
                stack.append(key)
        for group in groups_above(task):
            if group not in lost and tasks[group].state is not TaskState.COMPLETED:
                lost.add(group)
                stack.append(group)
    return frozenset(doomed)


def _hit(waiter: Task, lost: Task, doomed: set[UUID]) -> bool:
    """Whether a task can never start now that `lost` cannot complete."""
    if waiter.state is not TaskState.PENDING:
        return False
    # A failed group failed because of members; it opens again for one that can progress after all.
    opens = lost.group and lost.id not in doomed and lost.state is not TaskState.CANCELLED
    needs = lost.plan_id is not None and lost.plan_id in waiter.needs
    return needs or not (opens and waiter.parent_id == lost.id)
