"""Gives a task another id, everywhere."""

import copy

from planner.document import Document, Path
from planner.edit.find import entries, find, ids, place, references
from planner.edit.splice import Put, Splice, placed, rendered, verified
from tinytown.errors import BadNameError, UsageError
from tinytown.ids import PLAN_ID


def rename(document: Document, old: str, new: str) -> tuple[Document, int]:
    """The plan with a task renamed, and every parent and need that names it.

    The entry keeps its first name as `was`, by which the next push finds it in Redis.

    Args:
        document: The plan.
        old: The task's id.
        new: The id that it is to have; no task may have it.

    Returns:
        The plan, and how many references were changed.

    Raises:
        UnknownTaskError: There is no such task.
        UsageError: The new id is taken, or cannot be an id.
        EditError: The file cannot be changed safely.
    """
    position = find(document, old)
    _check(document, old, new)
    meant = copy.deepcopy(document.values)
    splices = [_renamed(document, ("tasks", position, "id"), old, new)]
    count = 0
    for at, key, element, _ in references(document, {old}):
        path: Path = ("tasks", at, key) if element is None else ("tasks", at, key, element)
        splices.append(_renamed(document, path, old, new))
        if element is None:
            meant["tasks"][at][key] = new
        else:
            meant["tasks"][at][key][element] = new
        count += 1
    entry = meant["tasks"][position]
    first = entry.get("was", old)
    entry["id"], entry["was"] = new, first
    if first == new:
        del entry["was"]
        splices.append(placed(document, Put(position, "was", None)))
    elif "was" not in document.values["tasks"][position]:
        splices.append(placed(document, Put(position, "was", old, behind="id")))
    return verified(document, splices, meant), count


def _check(document: Document, old: str, new: str) -> None:
    if not PLAN_ID.fullmatch(new):
        raise BadNameError(
            f'a task cannot have the id "{new}"',
            "Use letters, digits, `.`, `_` and `-`, and begin with a letter or digit.",
        )
    if new == old:
        raise UsageError(f'"{old}" has this id already', "Give it another one.")
    if new in ids(document):
        raise UsageError(
            f'there is a task "{new}" already ({place(document, find(document, new))})', "Choose another id."
        )
    for position, entry in entries(document):
        if entry.get("was") == new and entry.get("id") != old:
            raise UsageError(
                f'"{new}" is what "{entry.get("id")}" was called before ({place(document, position)})',
                "Choose another id; once it is pushed, that `was` can go.",
            )


def _renamed(document: Document, path: Path, old: str, new: str) -> Splice:
    """The new id in the quotes that the old one has."""
    start, end = document.index.values[path]
    text = document.source.data[start:end].decode()
    plain = text.strip("\"'").lstrip("\r\n") == old
    return Splice(start, end, (text.replace(old, new) if plain else rendered(new)).encode())
