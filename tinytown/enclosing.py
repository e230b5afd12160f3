"""Which group a task lies in. Pure."""

from collections.abc import Mapping
from uuid import UUID

from tinytown.tasks import Task


def enclosing_groups(tasks: Mapping[UUID, Task]) -> dict[UUID, UUID]:
    """For each task, the innermost group above it, through any number of ordinary parents.

    Tasks that lie in no group are missing. A chain of parents may be thousands long, so each is walked once.
    """
    known: dict[UUID, UUID | None] = {}
    for key in tasks:
        path: list[UUID] = []
        here: UUID | None = key
        while here is not None and here in tasks and here not in known:
            known[here] = None  # also ends a circle, which a checked plan does not have
            path.append(here)
            here = tasks[here].parent_id
        for step in reversed(path):
            parent = tasks[step].parent_id
            if parent is not None and parent in tasks:
                known[step] = parent if tasks[parent].group else known[parent]
    return {key: group for key, group in known.items() if group is not None}
