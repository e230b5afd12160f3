"""What a task made by hand may say: the same as one in tasks.toml. Pure."""

from collections.abc import Mapping
from uuid import UUID

from tinytown.downstream import circle, upstream
from tinytown.durations import wrong
from tinytown.errors import UsageError
from tinytown.ids import check_name
from tinytown.needs import by_name
from tinytown.states import TaskState
from tinytown.tasks import Task, When

_DURATIONS = ("timeout", "retry_delay", "estimate")
_TEXTS = ("description", "run", "accept")


def check_definition(task: Task) -> None:
    """Checks what a task says of itself.

    Raises:
        UsageError: It is empty or holds a NUL, a duration or a number makes no sense, or two are to do it.
        BadNameError: Its agent or role cannot be called so.
    """
    for name in _TEXTS:
        text = getattr(task, name)
        if text is not None and not text.strip():
            what = "the task is empty" if name == "description" else f"the task has an empty {name}"
            raise UsageError(what, "Say what is to be done." if name == "description" else "Write a command.")
        if text is not None and "\0" in text:
            raise UsageError(f"the task has a NUL character in its {name}", "No program can take that.")
    for name in _DURATIONS:
        text = getattr(task, name)
        fault = "" if text is None else wrong(text)
        if fault:
            message = f'the task has the {name} "{text}": {fault}'
            raise UsageError(message, "Write a duration above zero like 30s, 20m or 1h30m.")
    if task.retries < 0:
        raise UsageError(f"the task has retries {task.retries}", "Write 0 or more.")
    if task.agent is not None and task.role is not None:
        raise UsageError(
            "the task has an agent and a role",
            "An agent means that one, a role means any agent of that role: keep one of them.",
        )
    for what, who in (("agent", task.agent), ("role", task.role)):
        if who is not None:
            check_name(who, what)


def check_ties(task: Task, tasks: Mapping[UUID, Task]) -> list[UUID]:
    """Checks what a task waits for.

    Args:
        task: The task, as it is to be.
        tasks: All others, and perhaps the task as it was.

    Returns:
        The tasks that this was judged by: as long as they are as they were, there is no circle.

    Raises:
        UsageError: It is its own parent or need, needs another twice, or waits, over others, for itself.
    """
    then = {**tasks, task.id: task}
    names = by_name(then)
    needs = [names.get(need) for need in task.needs]
    for what, own in (("parent", task.parent_id == task.id), ("need", task.id in needs)):
        if own:
            raise UsageError(f'task "{task.label}" is its own {what}', "Name another task.")
    twice = next((key for at, key in enumerate(needs) if key and key in needs[:at]), None)
    if twice:
        raise UsageError(f'the task needs "{then[twice].label}" twice', "Name it once.")
    if not (task.needs or task.parent_id):
        return []
    round_trip = circle(then, task.id)
    if round_trip:
        path = " → ".join(then[key].label if key in tasks else "the new task" for key in reversed(round_trip))
        raise UsageError(f"tasks would wait for each other in a circle: {path}", "Leave one of the ties out.")
    return upstream(then, task.id)


def kept_back(task: Task, tasks: Mapping[UUID, Task]) -> list[str]:
    """What a pending task has to wait for, in words; empty if it may start at once.

    The finer points, of tasks that can never start or are not needed, are the conductor's to judge.

    Args:
        task: The task.
        tasks: All tasks by id.
    """
    names = by_name({**tasks, task.id: task})
    found: list[str] = []
    parent = tasks.get(task.parent_id) if task.parent_id else None
    if parent is not None and not _lets_go(parent, member=parent.group):
        found.append(f"{parent.label} ({parent.state})")
    elif task.parent_id and parent is None:
        found.append(f"{task.parent_id} (not there)")
    for need in task.needs:
        other = tasks.get(names[need]) if need in names else None
        if other is None or not _lets_go(other):
            found.append(f"{other.label} ({other.state})" if other else f"{need} (not there)")
    if task.when is When.ONE_FAILED and not found:
        found.append("a failure")
    if task.unapproved:
        found.append("approval")
    return found


def _lets_go(other: Task, *, member: bool = False) -> bool:
    return other.state is TaskState.COMPLETED or (member and other.state is TaskState.RUNNING)
