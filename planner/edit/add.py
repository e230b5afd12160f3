"""Adds a task to a plan."""

from collections.abc import Mapping
from typing import Any

from planner.document import Document
from planner.edit.array import Array
from planner.edit.block import Blocks
from planner.edit.find import entries, find, ids, place
from planner.edit.slug import free_id
from planner.edit.splice import Splice, inline, table, verified
from tinytown.errors import UsageError


def add(document: Document, values: Mapping[str, Any], after: str | None = None) -> tuple[Document, str]:
    """The plan with one task more.

    Args:
        document: The plan.
        values: What the task says, in the order in which it is to be written; without an id it gets one that is
            made of its description or command.
        after: The id of the task that it goes behind; behind everything, if absent.

    Returns:
        The plan, and the id of the new task.

    Raises:
        UsageError: The id is taken.
        UnknownTaskError: There is no task `after`.
        EditError: The file cannot be changed safely.
    """
    name = values.get("id") or _id(document, values)
    if name in ids(document):
        where = place(document, find(document, name))
        raise UsageError(f'there is a task "{name}" already ({where})', "Give the new one another --id.")
    entry = {"id": name, **values}
    tasks: list[Any] = list(document.values.get("tasks", []))
    position = len(tasks) if after is None else find(document, after) + 1
    meant = {**document.values, "tasks": [*tasks[:position], entry, *tasks[position:]]}
    return verified(document, [_placed(document, entry, position, after)], meant), name


def _placed(document: Document, entry: Mapping[str, Any], position: int, after: str | None) -> Splice:
    array = Array.at(document, ("tasks",))
    if array is not None:
        return array.inserted(position - 1, [inline(entry)])
    blocks = Blocks(document)
    slot = blocks.end() if after is None else blocks.behind(position - 1)
    return blocks.added(table(document, entry), slot)


def _id(document: Document, values: Mapping[str, Any]) -> str:
    former = [entry["was"] for _, entry in entries(document) if isinstance(entry.get("was"), str)]
    return free_id(values.get("description") or values.get("run") or "", {*ids(document), *former})
