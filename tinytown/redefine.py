"""Changes what a task says, or adds a remark to it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from tinytown.definition import check_definition, check_ties, kept_back
from tinytown.errors import StaleError, UnlawfulMoveError, UsageError
from tinytown.events import task_event
from tinytown.record import Held
from tinytown.site import Site
from tinytown.states import TaskState
from tinytown.tasks import Task
from tinytown.tie import tie
from tinytown.transaction import Transaction

_TRIES = 10


def redefine(
    site: Site,
    reference: str,
    fields: Mapping[str, Any],
    parent: str | None = None,
    needs: Sequence[str] | None = None,
) -> Task:
    """Gives a task that no plan knows another definition; an attempt that has begun keeps the old one.

    Args:
        site: The town.
        reference: The task, as a person calls it.
        fields: The new values of its fields.
        parent: The task that it is to be a part of, as a person calls it; None leaves that as it is.
        needs: The tasks that it is to wait for, likewise.

    Returns:
        The task as it is then.

    Raises:
        UnknownTaskError, AmbiguousError: It is not clear which task is meant.
        UnlawfulMoveError: It is of the plan.
        UsageError: It would say what no task may say.
        StaleError: It changes all the time.
    """

    def change(tasks: Mapping[UUID, Held[Task]], task: Task) -> tuple[Task, list[UUID]]:
        if task.plan_id is not None:
            raise UnlawfulMoveError(
                f'task "{task.label}" is of the plan, and the file says what it is',
                f"Change it there: tt plan edit {task.label}, then tt sync push",
            )
        ties = tie(tasks, parent, needs)
        after = _renamed(task, {**fields, **ties})
        check_definition(after)
        judged_by = check_ties(after, {key: held.value for key, held in tasks.items()})
        return after, judged_by if ties else []

    return _changed(site, reference, "updated", change)


def remark(site: Site, reference: str, text: str, who: str) -> Task:
    """Adds a remark to a task; whoever works on it next is told.

    Args:
        site: The town.
        reference: The task, as a person calls it.
        text: What is to be said.
        who: Who says it.

    Returns:
        The task as it is then.

    Raises:
        UnknownTaskError, AmbiguousError: It is not clear which task is meant.
        UsageError: There is nothing in it, or something that no program can take.
        StaleError: It changes all the time.
    """
    if not text.strip() or "\0" in text:
        raise UsageError("the remark is empty or holds a NUL character", "Say something about the task.")
    return _changed(site, reference, "noted", lambda _, task: (task.remark(text, who), []))


def _renamed(task: Task, fields: Mapping[str, Any]) -> Task:
    """The task with new values. Whoever is named for it now takes the place of the one before."""
    others = {"agent": {"role": None}, "role": {"agent": None}}
    gone = {name: value for key in fields for name, value in others.get(key, {}).items() if name not in fields}
    after = task.evolve(**fields, **gone)
    if task.run is not None and task.run == task.description and "description" not in fields:
        after = after.evolve(description=after.run)  # a command that describes itself
    return after


def _changed(
    site: Site,
    reference: str,
    what: str,
    change: Callable[[Mapping[UUID, Held[Task]], Task], tuple[Task, list[UUID]]],
) -> Task:
    for _ in range(_TRIES):
        held = site.ledger.find(reference)
        everything = site.ledger.all()
        after, judged_by = change(everything, held.value)
        if after == held.value:
            return after
        transaction = Transaction(site.keys)
        for key in judged_by:
            transaction.expect(site.keys.task(key), everything[key].text)
        transaction.change_task(held, after)
        if what == "updated":
            _place(site, transaction, after, {key: one.value for key, one in everything.items()})
        transaction.tell(task_event(what, after))
        try:
            transaction.commit(site.connection)
        except StaleError:
            continue
        return after
    raise StaleError(site.keys.task(held.value.id))


def _place(site: Site, transaction: Transaction, task: Task, tasks: Mapping[UUID, Task]) -> None:
    """Into the backlog, or out of it, if it is ready now for whoever wants it, or is so no longer."""
    if task.state is not TaskState.PENDING:
        return
    if not task.unassigned or kept_back(task, tasks):
        transaction.drop_from_backlog(task.id)
    elif task.id not in site.ledger.backlog():  # else it keeps its place
        transaction.add_to_backlog(task.id)
