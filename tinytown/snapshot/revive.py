"""What a snapshot becomes in a town where none of its agents runs. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from tinytown.errors import StoreError
from tinytown.messages import Message
from tinytown.snapshot.contents import Snapshot
from tinytown.states import UNDER_WAY, TaskState
from tinytown.tasks import Task


def revived(snapshot: Snapshot) -> tuple[Snapshot, list[Task]]:
    """The town as it goes on.

    What an agent had in work returns to pending, as if the agent had died, but that counts as no crash: the next
    attempt takes it up. What lay in an agent's inbox lies there again.

    Args:
        snapshot: As it was saved.

    Returns:
        The snapshot as it is to be written, and the tasks that returned to pending.
    """
    mail = {owner: [(text, _message(text)) for text in texts] for owner, texts in snapshot.mail.items()}
    lying = {(owner, _assigned(message)) for owner, texts in mail.items() for _, message in texts}
    tasks: list[Task] = []
    freed: list[Task] = []
    for task in snapshot.tasks:
        after = _settled(task, lying)
        tasks.append(after)
        if after is not task:
            freed.append(after)
    kept = {(task.assigned_to, str(task.id)) for task in tasks if task.state is TaskState.ASSIGNED}
    there = {str(task.id) for task in tasks}
    return replace(snapshot, tasks=tasks, mail=_sorted_out(mail, kept, there)), freed


def _message(text: str) -> Message | None:
    try:
        return Message.from_json(text)
    except StoreError:
        return None


def _assigned(message: Message | None) -> str | None:
    """The task that a message assigns, if it is an assignment."""
    if message is None or message.type != "task_assign":
        return None
    return str(message.get("task_id"))


def _settled(task: Task, lying: set[tuple[UUID, str | None]]) -> Task:
    if task.group or task.state not in UNDER_WAY:
        return task
    owner = task.assigned_to
    if task.state is TaskState.ASSIGNED and owner is not None and (owner, str(task.id)) in lying:
        return task
    return task.requeue()


def _sorted_out(
    mail: Mapping[UUID, Sequence[tuple[str, Message | None]]],
    kept: set[tuple[UUID | None, str]],
    there: set[str],
) -> dict[UUID, list[str]]:
    """The mail without the assignments of tasks that are here and not assigned so any more."""
    sorted_out: dict[UUID, list[str]] = {}
    for owner, texts in mail.items():
        for text, message in texts:
            task = _assigned(message)
            if task is None or task not in there or (owner, task) in kept:
                sorted_out.setdefault(owner, []).append(text)
    return sorted_out
