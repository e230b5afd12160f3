"""Tasks that only Redis knows, as entries for the file."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from planner.edit.splice import Append
from planner.plan import Plan
from planner.sync.changes import Changes
from planner.sync.entries import definition_of, entry_of, names_of
from planner.sync.known import Remembered
from tinytown.tasks import BY_MESSAGE, Task


def append_names(plan: Plan, known: Remembered) -> dict[str, Task]:
    """The ids under which tasks that only Redis knows would be appended to the file."""
    taken = {*plan.by_id, *known.base, *known.live}
    names: dict[str, Task] = {}
    for task in sorted(known.unplanned, key=lambda task: (task.created_at, task.id)):
        if not task.description.strip() or "\0" in task.description or BY_MESSAGE in task.tags:
            continue  # no file could say that, or none should
        name = next((n for n in _candidates(task.id) if n not in taken), None)
        if name is not None:
            taken.add(name)
            names[name] = task
    return names


def _candidates(task: UUID) -> Iterator[str]:
    for length in range(8, 33, 4):
        yield f"task-{task.hex[:length]}"


def newcomers(changes: Changes, plan: Plan, known: Remembered) -> dict[str, Task]:
    """The tasks to append, by the ids that they get.

    Args:
        changes: The pull's view of the changes.
        plan: The file.
        known: Base and Redis.
    """
    wanted = {change.id for change in changes.create}
    return {name: task for name, task in append_names(plan, known).items() if name in wanted}


def appends(tasks: Mapping[str, Task], plan: Plan, known: Remembered, agents: Mapping[str, str]) -> list[Append]:
    """The entries that say what the tasks are.

    Args:
        tasks: The newcomers by id.
        plan: The file.
        known: Base and Redis.
        agents: The names of agents by id: who has a task now is whom the entry names.
    """
    names = names_of(known.live)
    found: list[Append] = []
    for name, task in tasks.items():
        agent = task.agent or agents.get(str(task.assigned_to))
        told = definition_of(entry_of(name, task.evolve(agent=agent), names))
        found.append(Append(_sayable(told, plan)))
    return found


def _sayable(told: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """What the file can say of the task without making other tasks mean something else."""
    needs = [need for need in told.pop("needs", ()) if need in plan.by_id]
    if needs:
        told["needs"] = needs
    if told.get("agent"):
        told.pop("role", None)
    if not _may_have_children(told.get("parent"), plan):
        told.pop("parent", None)
    return told


def _may_have_children(parent: str | None, plan: Plan) -> bool:
    """Whether a child would leave the task what it is; one that names nobody would become a group."""
    entry = plan.by_id.get(parent or "")
    if entry is None:
        return False
    by_default = "agent" not in plan.document.values["tasks"][entry.order]
    return bool(entry.group or entry.role or entry.run or (entry.agent and not by_default))
