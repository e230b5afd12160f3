"""Takes tasks out of a plan, and settles what referred to them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planner.document import Document
from planner.edit.array import Array
from planner.edit.block import Blocks
from planner.edit.find import Reference, entries, find, place, references
from planner.edit.lists import dropped
from planner.edit.move import uncommented
from planner.edit.splice import Put, Splice, edited, verified
from tinytown.errors import TinytownError, UsageError

_MOST_TOLD = 10


class StillNeededError(TinytownError):
    """Other tasks refer to the ones that are to go."""


@dataclass(frozen=True, slots=True)
class Removed:
    """The plan without some tasks.

    Args:
        document: The plan.
        tasks: The ids of those that are gone, in the file's order.
        reparented: The ids of those that have another parent now.
        freed: For each task that needed some of them, the needs that it has no more.
    """

    document: Document
    tasks: tuple[str, ...]
    reparented: tuple[str, ...]
    freed: Mapping[str, tuple[str, ...]]


def remove(
    document: Document, tasks: Sequence[str], *, reparent: str | None = None, recursive: bool = False
) -> Removed:
    """The plan without some tasks and the comments that belong to them.

    Args:
        document: The plan.
        tasks: The ids of those that are to go.
        reparent: The id of the new parent of their children, "" for none; whoever needs one of them does not any
            more. If absent, nobody may refer to them.
        recursive: Whether their descendants are to go too.

    Raises:
        UnknownTaskError: There is no such task.
        StillNeededError: Others refer to them.
        UsageError: The new parent is to go too.
        EditError: The file cannot be changed safely.
    """
    for task in tasks:
        find(document, task)
    gone = _with_descendants(document, tasks) if recursive else set(tasks)
    left = [one for one in references(document, gone) if _id(document, one.position) not in gone]
    if left and reparent is None:
        raise _still_needed(document, left, recursive=recursive)
    if reparent:
        find(document, reparent)
        if reparent in gone:
            raise UsageError(f'"{reparent}" is to go, so it cannot be the new parent', "Name another --reparent.")
    children = [one.position for one in left if one.key == "parent"]
    names = _names(document, gone)
    freed = _freed(document, left)
    told = tuple(_id(document, position) for position in children)
    document = _settled(document, children, reparent or None, left)
    return Removed(_without(document, gone), names, told, freed)


def _settled(document: Document, children: list[int], parent: str | None, left: list[Reference]) -> Document:
    if children:
        document = edited(document, [Put(position, "parent", parent) for position in children])
    lost: dict[int, set[str]] = {}
    for one in left:
        if one.key == "needs":
            lost.setdefault(one.position, set()).add(one.task)
    if not lost:
        return document
    tasks: list[Any] = list(document.values["tasks"])
    splices: list[Splice] = []
    for position, needs in lost.items():
        splices += dropped(document, position, "needs", needs)
        kept = [need for need in tasks[position]["needs"] if need not in needs]
        others = {key: value for key, value in tasks[position].items() if key != "needs"}
        tasks[position] = {**others, "needs": kept} if kept else others
    return verified(document, splices, {**document.values, "tasks": tasks})


def _without(document: Document, gone: Collection[str]) -> Document:
    positions = {position for position, entry in entries(document) if entry.get("id") in gone}
    tasks = [entry for position, entry in enumerate(document.values["tasks"]) if position not in positions]
    meant: dict[str, Any] = {**document.values, "tasks": tasks}
    array = Array.at(document, ("tasks",))
    if array is not None:
        return verified(document, uncommented(document, array).without(positions), meant)
    if not tasks:
        del meant["tasks"]
    return verified(document, Blocks(document).without(positions), meant)


def _with_descendants(document: Document, tasks: Sequence[str]) -> set[str]:
    children: dict[Any, list[str]] = {}
    for _, entry in entries(document):
        if isinstance(entry.get("parent"), str) and isinstance(entry.get("id"), str):
            children.setdefault(entry["parent"], []).append(entry["id"])
    found = set(tasks)
    waiting = list(tasks)
    while waiting:
        fresh = [child for child in children.get(waiting.pop(), []) if child not in found]
        found.update(fresh)
        waiting += fresh
    return found


def _still_needed(document: Document, left: list[Reference], *, recursive: bool) -> StillNeededError:
    told = []
    for position, key, _, task in left[:_MOST_TOLD]:
        word = "has the parent" if key == "parent" else "needs"
        told.append(f'"{_id(document, position)}" {word} "{task}" ({place(document, position)})')
    if len(left) > _MOST_TOLD:
        told.append(f"{len(left) - _MOST_TOLD} more")
    ways = "take --reparent ID (or --reparent '' for none): children get that parent, needs are dropped"
    if not recursive and any(one.key == "parent" for one in left):
        ways += "; or --recursive: descendants go too"
    if recursive:
        ways = "remove those too, or change what they need first"
    return StillNeededError(f"nothing was removed: {', '.join(told)}", f"{ways[:1].upper()}{ways[1:]}.")


def _freed(document: Document, left: list[Reference]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for one in left:
        if one.key == "needs":
            found.setdefault(_id(document, one.position), []).append(one.task)
    return {task: tuple(needs) for task, needs in found.items()}


def _names(document: Document, gone: Collection[str]) -> tuple[str, ...]:
    return tuple(entry["id"] for _, entry in entries(document) if entry.get("id") in gone)


def _id(document: Document, position: int) -> str:
    return str(document.values["tasks"][position].get("id"))
