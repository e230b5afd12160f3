"""What the `needs` of tasks mean: the plan ids of others, or the full ids of those that are in no plan. Pure."""

from collections.abc import Mapping
from uuid import UUID

from tinytown.tasks import Task

_LENGTH = 36
"""The characters of an id."""


def by_name(tasks: Mapping[UUID, Task]) -> dict[str, UUID]:
    """The ids of tasks by all names under which others need them; a plan id goes before a full id.

    Args:
        tasks: All tasks by id.
    """
    found = {task.plan_id: key for key, task in tasks.items() if task.plan_id}
    strange = {need for task in tasks.values() for need in task.needs if need not in found}
    for need in strange:
        key = full_id(need)
        if key is not None and key in tasks:
            found[need] = key
    return found


def full_id(name: str) -> UUID | None:
    """The task's id that a name spells out in full, or None."""
    if len(name) != _LENGTH:
        return None
    try:
        return UUID(name)
    except ValueError:
        return None


def name_of(task: Task) -> str:
    """The name under which others need a task; should the plan take it up later, it is still found by that."""
    return task.plan_id or str(task.id)
