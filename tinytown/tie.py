"""Finds the tasks that another is to wait for."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from tinytown.ledger import meant
from tinytown.needs import name_of
from tinytown.record import Held
from tinytown.tasks import Task


def tie(tasks: Mapping[UUID, Held[Task]], parent: str | None, needs: Sequence[str] | None) -> dict[str, Any]:
    """What a task's `parent_id` and `needs` are to be.

    Args:
        tasks: All tasks.
        parent: The parent, as a person calls it; None for no word on it.
        needs: The needs, likewise.

    Returns:
        Those of the two fields of which something is said.

    Raises:
        UnknownTaskError, AmbiguousError: It is not clear which task is meant.
    """
    everything = list(tasks.values())
    fields: dict[str, Any] = {}
    if parent is not None:
        fields["parent_id"] = meant(parent, everything).value.id
    if needs is not None:
        fields["needs"] = tuple(name_of(meant(need, everything).value) for need in needs)
    return fields
