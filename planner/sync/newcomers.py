"""Tasks that only Redis knows, as entries for the file."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from planner.edit.splice import Append
from planner.plan import Plan
from planner.sync.changes import Changes
from planner.sync.entries import definition_of, entry_of, names_of
from planner.sync.known import Remembered
from tinytown.needs import by_name
from tinytown.states import TaskState
from tinytown.tasks import BY_MESSAGE, Task


def append_names(plan: Plan, known: Remembered) -> dict[str, Task]:
    """The ids under which tasks that only Redis knows would be appended to the file.

    One that waits for a task that the file cannot name stays where it is: in the file it would not wait.
    """
    taken = {*plan.by_id, *known.base, *known.live}
    names: dict[str, Task] = {}
    for task in sorted(known.unplanned, key=lambda task: (task.created_at, task.id)):
        if not task.description.strip() or "\0" in task.description or BY_MESSAGE in task.tags:
            continue  # no file could say that, or none should
        name = next((n for n in _candidates(task.id) if n not in taken), None)
        if name is not None:
            taken.add(name)
            names[name] = task
    return _with_all_that_they_wait_for(names, plan, known)


def _with_all_that_they_wait_for(names: dict[str, Task], plan: Plan, known: Remembered) -> dict[str, Task]:
    if not any(task.needs or task.parent_id for task in names.values()):
        return names
    everything = {task.id: task for task in (*known.live.values(), *known.unplanned)}
    met = {key for key, task in everything.items() if task.state is TaskState.COMPLETED}
    planned = {known.live[name].id for name in plan.by_id if name in known.live}
    ids = {**by_name(everything), **{name: known.live[name].id for name in known.live}}
    while True:
        there = {*planned, *met, *(task.id for task in names.values())}
        stuck = [
            name
            for name, task in names.items()
            if not task.ended
            and not (
                all(need in known.gone or ids.get(need) in there for need in task.needs)
                and (task.parent_id is None or task.parent_id in there)
            )
        ]
        if not stuck:
            return names
        names = {name: task for name, task in names.items() if name not in stuck}


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
    names = names_of({**known.live, **tasks})
    told = {
        name: definition_of(
            entry_of(name, task.evolve(agent=task.agent or agents.get(str(task.assigned_to))), names)
        )
        for name, task in tasks.items()
    }
    return [Append(_sayable(entry, plan, told)) for entry in told.values()]


def _sayable(told: Mapping[str, Any], plan: Plan, others: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What the file can say of the task without making other tasks mean something else.

    Args:
        told: The task's definition.
        plan: The file.
        others: The definitions of all newcomers by id.
    """
    parent = told.get("parent")
    needs = [need for need in told.get("needs", ()) if need in plan.by_id or need in others]
    if parent is not None and not _may_have_children(parent, plan, others):
        if parent in {*plan.by_id, *others} and parent not in needs:
            needs.append(parent)  # to wait for it is what counts
        parent = None
    role = None if told.get("agent") else told.get("role")
    fitting = {**told, "parent": parent, "needs": needs, "role": role}
    return {key: value for key, value in fitting.items() if value or key not in ("parent", "needs", "role")}


def _may_have_children(parent: str, plan: Plan, others: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a child would leave the task what it is; one that names nobody would become a group."""
    if parent in others:
        return any(others[parent].get(key) for key in ("agent", "role", "run"))
    entry = plan.by_id.get(parent)
    if entry is None:
        return False
    by_default = "agent" not in plan.document.values["tasks"][entry.order]
    return bool(entry.group or entry.role or entry.run or (entry.agent and not by_default))
