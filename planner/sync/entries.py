"""A task of Redis as an entry of the plan, and what an entry says as plain values."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from planner.plan import Entry, TeamMember
from tinytown.needs import full_id
from tinytown.states import UNDER_WAY, TaskState
from tinytown.tasks import Task

DEFINITION = (
    "description",
    "agent",
    "role",
    "parent",
    "needs",
    "run",
    "accept",
    "when",
    "retries",
    "retry_delay",
    "timeout",
    "priority",
    "estimate",
    "approval",
    "pool",
    "tags",
)
"""The fields that say what a task is. `status` is shared; order and group follow from the file."""

UNKNOWN: Any = object()
"""A base value that nobody knows: equal to nothing."""


def names_of(live: Mapping[str, Task]) -> dict[UUID, str]:
    """The plan id of each task's own id."""
    return {task.id: name for name, task in live.items()}


def entry_of(name: str, task: Task, names: Mapping[UUID, str], base: Entry | None = None) -> Entry:
    """A task as an entry of a plan would say it.

    Args:
        name: Its id in the plan.
        task: The task.
        names: The plan id of each task's own id.
        base: What is remembered of it. A parent that is not there, because a push was cut off before it was
            written or after it was deleted, is called as it was then.
    """
    return Entry(
        id=name,
        description=task.description,
        agent=task.agent,
        role=task.role,
        status=task.state,
        tags=task.tags,
        parent=names.get(task.parent_id, base and base.parent) if task.parent_id else None,
        needs=tuple(_called(need, names) for need in task.needs),
        run=task.run,
        accept=task.accept,
        when=task.when,
        retries=task.retries,
        retry_delay=task.retry_delay,
        timeout=task.timeout,
        priority=task.priority,
        estimate=task.estimate,
        approval=task.approval,
        pool=task.pool,
        was=base.was if base else None,
        group=task.group,
        order=task.order,
    )


def _called(need: str, names: Mapping[UUID, str]) -> str:
    """The plan id of what a task needs; one that was made by hand may be needed by its own id."""
    key = full_id(need)
    return need if key is None else names.get(key, need)


def definition_of(entry: Entry) -> dict[str, Any]:
    """What an entry says, as plain values, without what it leaves at its default."""
    said = {key: plain(value) for key, value in entry.evolve(group=False, order=0, was=None).said().items()}
    return {**said, "status": (entry.status or TaskState.PENDING).value}


def wish(entry: Entry) -> TaskState:
    """The status that a new entry asks for: nobody but the runtime can make a task assigned or running."""
    return entry.status if entry.status and entry.status not in UNDER_WAY else TaskState.PENDING


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if value is UNKNOWN:
        return None
    if isinstance(value, tuple):
        return [plain(element) for element in value]
    if isinstance(value, TeamMember):
        return value.model_dump(mode="json")
    return str(value) if isinstance(value, str) else value
