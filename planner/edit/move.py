"""Puts a task into another place of the file."""

from planner.document import Document
from planner.edit.array import Array
from planner.edit.block import Blocks, Slot
from planner.edit.find import find
from planner.edit.splice import EditError, verified
from tinytown.errors import UsageError


def move(document: Document, task: str, *, before: str | None = None, after: str | None = None) -> Document:
    """The plan with a task's lines in another place; what the tasks say stays.

    Args:
        document: The plan.
        task: The task's id.
        before: The id of the task that it goes before; "" for the first one.
        after: The id of the task that it goes behind; "" for the last one.

    Returns:
        The plan; the same document if the task is there already.

    Raises:
        UnknownTaskError: There is no such task.
        UsageError: A task is to go before or behind itself.
        EditError: The file cannot be changed safely.
    """
    position = find(document, task)
    if task in (before, after):
        raise UsageError(f'"{task}" cannot go {"before" if before else "behind"} itself', "Name another task.")
    tasks = document.values["tasks"]
    target = _target(document, before, after)
    others = [number for number in range(len(tasks)) if number != position]
    at = others.index(target) + (before is None) if target != position else position
    order = [*others[:at], position, *others[at:]]
    if order == list(range(len(tasks))):
        return document
    meant = {**document.values, "tasks": [tasks[number] for number in order]}
    array = Array.at(document, ("tasks",))
    if array is not None:
        return verified(document, uncommented(document, array).ordered(order), meant)
    blocks = Blocks(document)
    return verified(document, blocks.moved(position, _slot(blocks, target, before, after)), meant)


def _target(document: Document, before: str | None, after: str | None) -> int:
    """The task beside which the other one is to stand."""
    name = after if before is None else before
    if name:
        return find(document, name)
    return len(document.values["tasks"]) - 1 if before is None else 0


def _slot(blocks: Blocks, target: int, before: str | None, after: str | None) -> Slot:
    if before is not None:
        return blocks.ahead_of(target)
    return blocks.behind(target) if after else blocks.end()


def uncommented(document: Document, array: Array) -> Array:
    """The array of tasks, if no comment in it could go astray.

    Raises:
        EditError: Comments stand between its elements.
    """
    if array.commented:
        raise EditError(
            f"{document.source.name} has comments between the tasks of its array, "
            "and nothing says which task they belong to; it was left as it is",
            "Write the tasks as [[tasks]] tables, or change it by hand.",
        )
    return array
