"""Changes a list of an entry: what stays in it stays as it is written."""

from collections.abc import Collection, Sequence

from planner.document import Document
from planner.edit.array import Array
from planner.edit.splice import Put, Splice, edited, placed, rendered, verified


def with_list(document: Document, position: int, key: str, wanted: Sequence[str]) -> Document:
    """The plan with another list at a key; an empty list takes the key out.

    Args:
        document: The plan.
        position: The entry's.
        key: `needs` or `tags`.
        wanted: What the list is to hold.

    Raises:
        EditError: The file cannot be changed safely.
    """
    now = document.values["tasks"][position].get(key)
    if not isinstance(now, list) or not wanted:
        return edited(document, [Put(position, key, list(wanted) or None)])
    kept = [element for element in now if element in wanted]
    fresh = list(wanted[len(kept) :])
    if not kept or [*kept, *fresh] != list(wanted):
        return edited(document, [Put(position, key, list(wanted))])
    if kept != now:
        splices = dropped(document, position, key, [element for element in now if element not in wanted])
        document = _verified(document, splices, position, key, kept)
    if fresh:
        document = _verified(document, [_added(document, position, key, wanted, fresh)], position, key, wanted)
    return document


def dropped(document: Document, position: int, key: str, gone: Collection[str]) -> list[Splice]:
    """The changes that take elements out of a list, or the list itself if nothing is left in it."""
    now = document.values["tasks"][position][key]
    kept = [element for element in now if element not in gone]
    array = Array.at(document, ("tasks", position, key))
    if not kept or array is None:
        return [placed(document, Put(position, key, kept or None))]
    return array.without([number for number, element in enumerate(now) if element in gone])


def _added(document: Document, position: int, key: str, wanted: Sequence[str], fresh: Sequence[str]) -> Splice:
    array = Array.at(document, ("tasks", position, key))
    if array is None:
        return placed(document, Put(position, key, list(wanted)))
    return array.inserted(len(array.items) - 1, [rendered(one).encode() for one in fresh])


def _verified(
    document: Document, splices: list[Splice], position: int, key: str, result: Sequence[str]
) -> Document:
    tasks = list(document.values["tasks"])
    tasks[position] = {**tasks[position], key: list(result)}
    return verified(document, splices, {**document.values, "tasks": tasks})
