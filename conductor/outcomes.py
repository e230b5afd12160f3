"""What the end of a task means for those who wait for it. Pure.

A task that was cancelled because it turned out not to be needed is skipped: no loss, and no success either.
"""

from tinytown.states import TaskState
from tinytown.tasks import Task

LOST = (TaskState.FAILED, TaskState.CANCELLED)

MEMBERS_FAILED = "of its tasks, these did not complete: "
"""Begins the result of a group that failed because of its members."""


def is_skipped(task: Task) -> bool:
    """Whether it was called off because it was not needed."""
    return task.skipped and task.state is TaskState.CANCELLED


def is_lost(task: Task) -> bool:
    """Whether it failed, or was called off by somebody."""
    return task.state in LOST and not is_skipped(task)


def fell_with_members(group: Task) -> bool:
    """Whether a group failed because of its members, and opens again for one that can progress after all."""
    return group.state is TaskState.FAILED and (group.result or "").startswith(MEMBERS_FAILED)


def is_settled(task: Task) -> bool:
    """Whether a group need not wait for it any more: it completed, or was not needed."""
    return task.state is TaskState.COMPLETED or is_skipped(task)
