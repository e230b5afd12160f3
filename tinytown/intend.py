"""Carries out what a person wants of tasks: reads them, lets a pure function decide, commits all or nothing."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from uuid import UUID

from tinytown.change import Change
from tinytown.errors import StaleError
from tinytown.events import task_event
from tinytown.keys import GENERATION
from tinytown.site import Site
from tinytown.states import TaskState
from tinytown.tasks import Task
from tinytown.transaction import Transaction

_TRIES = 10

Intent = Callable[[Mapping[UUID, Task], Task], Sequence[Change]]
"""From all tasks and the one that is meant to the changes."""


def intend(
    site: Site,
    references: Sequence[str],
    intent: Intent,
    agree: Callable[[Sequence[Change]], None] = lambda _: None,
) -> list[Change]:
    """Changes tasks as somebody wants them.

    If anything that is changed moves in the meantime, or the plan is pushed, all is looked at anew.

    Args:
        site: The town.
        references: The tasks, as a person calls them.
        intent: What is wanted of each.
        agree: Sees the changes before they are made, and may raise to forbid them.

    Returns:
        The changes, each task once.

    Raises:
        UnknownTaskError, AmbiguousError: It is not clear which task is meant.
        UnlawfulMoveError: What is wanted cannot be.
        StaleError: Others change the same tasks all the time.
    """
    for _ in range(_TRIES):
        generation = site.connection.run("HGET", site.keys.plan, GENERATION)
        roots = [site.ledger.find(reference).value.id for reference in references]
        held = site.ledger.all()
        if not held.keys() >= set(roots):
            continue  # it was deleted just now
        tasks = {key: one.value for key, one in held.items()}
        changes = {change.before.id: change for root in roots for change in intent(tasks, tasks[root])}
        agree([*changes.values()])
        transaction = Transaction(site.keys)
        transaction.expect_field(site.keys.plan, GENERATION, generation)
        for key, change in changes.items():
            transaction.change_task(held[key], change.after)
            transaction.drop_from_backlog(key)
            if change.before.state is TaskState.PENDING and change.before.not_before is not None:
                transaction.delay(change.after.evolve(not_before=None))
            transaction.tell(task_event(change.what, change.after, reason=change.reason))
        with suppress(StaleError):
            transaction.commit(site.connection)
            return [*changes.values()]
    raise StaleError(site.keys.plan)
