"""Takes a task out of the backlog for good."""

from collections.abc import Callable

from tinytown.errors import StaleError, UnlawfulMoveError
from tinytown.events import task_event
from tinytown.needs import by_name
from tinytown.site import Site
from tinytown.states import TaskState
from tinytown.tasks import Task
from tinytown.transaction import Transaction

_TRIES = 10


def discard(site: Site, reference: str, agree: Callable[[Task], None]) -> Task:
    """Deletes a task that lies in the backlog and that nobody planned.

    Args:
        site: The town.
        reference: The task, as a person calls it.
        agree: Sees the task before it is deleted, and may raise to forbid it.

    Returns:
        The task as it was.

    Raises:
        UnknownTaskError, AmbiguousError: It is not clear which task is meant.
        UnlawfulMoveError: It is of the plan, is not in the backlog, or others wait for it.
        StaleError: It changes all the time.
    """
    for _ in range(_TRIES):
        held = site.ledger.find(reference)
        task = held.value
        _check(site, task)
        agree(task)
        transaction = Transaction(site.keys)
        transaction.delete_task(held)
        transaction.tell(task_event("deleted", task))
        try:
            transaction.commit(site.connection)
        except StaleError:
            continue
        return task
    raise StaleError(site.keys.task(task.id))


def _check(site: Site, task: Task) -> None:
    if task.plan_id is not None:
        raise UnlawfulMoveError(
            f'task "{task.label}" is of the plan',
            f"Take it out of the file: tt plan rm {task.label}, then tt sync push; or call it off: "
            f"tt cancel {task.label}",
        )
    if task.id not in site.ledger.backlog() or task.state is not TaskState.PENDING:
        raise UnlawfulMoveError(
            f'task "{task.label}" is not in the backlog; it is {task.state}', f"Call it off: tt cancel {task.label}"
        )
    tasks = {key: held.value for key, held in site.ledger.all().items()}
    names = by_name(tasks)
    waiting = [
        other.label
        for other in tasks.values()
        if other.parent_id == task.id or task.id in (names.get(need) for need in other.needs)
    ]
    if waiting:
        raise UnlawfulMoveError(
            f'task "{task.label}" is waited for by {", ".join(waiting)}',
            f"Call it off instead: tt cancel {task.label}",
        )
