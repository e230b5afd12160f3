"""Finds the tasks that another is to wait for."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from tinytown.ledger import meant
from tinytown.needs import name_of
from tinytown.record import Held
from tinytown.tasks import Task
from tinytown.transaction import Transaction


def tie(
    tasks: Mapping[UUID, Held[Task]], parent: str | None, needs: Sequence[str] | None
) -> tuple[dict[str, Any], list[Held[Task]]]:
    """What a task's `parent_id` and `needs` are to be.

    Args:
        tasks: All tasks.
        parent: The parent, as a person calls it; None for no word on it.
        needs: The needs, likewise.

    Returns:
        The fields, and the tasks that they name.

    Raises:
        UnknownTaskError, AmbiguousError: It is not clear which task is meant.
    """
    everything = list(tasks.values())
    fields: dict[str, Any] = {}
    named: list[Held[Task]] = []
    if parent is not None:
        named.append(meant(parent, everything))
        fields["parent_id"] = named[0].value.id
    if needs is not None:
        found = [meant(need, everything) for need in needs]
        fields["needs"] = tuple(name_of(held.value) for held in found)
        named += found
    return fields, named


def expect(transaction: Transaction, named: Sequence[Held[Task]]) -> None:
    """Makes a transaction hold only while the tasks that were found are as they were."""
    for held in {held.value.id: held for held in named}.values():
        transaction.expect(transaction.keys.task(held.value.id), held.text)
