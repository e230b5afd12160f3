"""A person's word on a task that waits for it: it may start, or it may not."""

from collections.abc import Callable

from tinytown.errors import StaleError
from tinytown.events import task_event
from tinytown.site import Site
from tinytown.tasks import Task
from tinytown.transaction import Transaction

_TRIES = 10


def approve(site: Site, reference: str, who: str, note: str | None) -> Task:
    """Lets a task start, as soon as nothing else keeps it back.

    Args:
        site: The town.
        reference: The task, as a person calls it.
        who: Who says so.
        note: What the task's agent is told of it.

    Returns:
        The task, approved. One that was approved before stays as it was.

    Raises:
        UnknownTaskError, AmbiguousError: It is not clear which task is meant.
        UnlawfulMoveError: It waits for no approval.
    """
    return _settle(site, reference, "approved", _by(who, note), lambda task: task.approve(who, note))


def reject(site: Site, reference: str, who: str, note: str | None) -> Task:
    """Fails a task that waits for approval, or was approved and has not started.

    Args and errors are those of `approve`.
    """
    return _settle(site, reference, "rejected", _by(who, note), lambda task: task.reject(who, note))


def _by(who: str, note: str | None) -> str:
    return f"by {who}: {note}" if note else f"by {who}"


def _settle(site: Site, reference: str, what: str, reason: str, move: Callable[[Task], Task]) -> Task:
    for _ in range(_TRIES):
        held = site.ledger.find(reference)
        after = move(held.value)
        if what == "approved" and held.value.approved:
            return held.value
        transaction = Transaction(site.keys)
        transaction.change_task(held, after)
        transaction.drop_from_backlog(after.id)
        transaction.tell(task_event(what, after, reason=reason))
        try:
            transaction.commit(site.connection)
        except StaleError:
            continue
        return after
    raise StaleError(site.keys.task(held.value.id))
