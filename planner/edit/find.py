"""Finds the entry of an id, and who refers to it."""

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from planner.document import Document
from tinytown.errors import AmbiguousError, UnknownTaskError
from tinytown.ids import nearest


class Reference(NamedTuple):
    """An entry names another one."""

    position: int
    key: str
    """`parent` or `needs`."""
    element: int | None
    """Which of the needs, if it is one."""
    task: str


def entries(document: Document) -> Iterator[tuple[int, dict[str, Any]]]:
    """The entries that are tables, with their positions."""
    tasks = document.values.get("tasks")
    for position, entry in enumerate(tasks if isinstance(tasks, list) else []):
        if isinstance(entry, dict):
            yield position, entry


def ids(document: Document) -> list[str]:
    """The ids of the file, in its order."""
    return [entry["id"] for _, entry in entries(document) if isinstance(entry.get("id"), str)]


def find(document: Document, task: str) -> int:
    """The position of the entry that has an id.

    Raises:
        UnknownTaskError: None has it.
        AmbiguousError: More than one has it.
    """
    name = document.source.name
    found = [position for position, entry in entries(document) if entry.get("id") == task]
    if len(found) > 1:
        places = ", ".join(place(document, position) for position in found)
        raise AmbiguousError(f'"{task}" is the id of {len(found)} tasks ({places})', "Rename one of them by hand.")
    if not found:
        guess = nearest(task, ids(document))
        remedy = f'Did you mean "{guess}"?' if guess else "`tt plan` shows the tasks."
        raise UnknownTaskError(f'{name} has no task "{task}"', remedy)
    return found[0]


def place(document: Document, position: int) -> str:
    """Where an entry stands, as `file:line`."""
    return f"{document.source.name}:{line(document, position)}"


def line(document: Document, position: int) -> int:
    """The line on which an entry begins."""
    return document.place(("tasks", position)).key.line


def references(document: Document, tasks: Collection[str]) -> Iterator[Reference]:
    """Where the file names some tasks as parents or needs."""
    for position, entry in entries(document):
        parent, needs = entry.get("parent"), entry.get("needs")
        if isinstance(parent, str) and parent in tasks:
            yield Reference(position, "parent", None, parent)
        for element, need in enumerate(needs if isinstance(needs, list) else []):
            if isinstance(need, str) and need in tasks:
                yield Reference(position, "needs", element, need)
