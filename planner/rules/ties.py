"""Rules on what a task waits for: that it is there, is another task, is told once, and does not wait in turn."""

from collections.abc import Iterator

from planner.diagnostics.finding import Finding
from planner.document import Path
from planner.graph import Graph
from planner.rules.circles import circle
from planner.rules.written import Outline, Written


def ties(outline: Outline) -> Iterator[Finding]:
    """Parents and needs are in the file (TT007), are other tasks (TT009), and each need is told once (TT016)."""
    for task in outline.tasks:
        values = task.values
        if "parent" in values and task.parent is not None:
            yield from _tie(outline, task, "parent", task.parent, task.path("parent"))
        if "needs" in values:
            yield from _needs(outline, task)


def circles(outline: Outline) -> Iterator[Finding]:
    """No task waits, over others, for itself (TT008)."""
    tasks = list(outline.first.values())
    for waits in Graph(tasks, outline.groups).cycles():
        yield circle(outline.document, waits, outline.first)


def _needs(outline: Outline, task: Written) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    raw = task.values["needs"]
    for at, need in enumerate(raw if isinstance(raw, list) else []):
        if not isinstance(need, str):
            continue
        path = task.path("needs", at)
        if need in seen:
            related = outline.related(task.path("needs", seen[need]), "it is here already")
            message = f'{outline.name(task)} needs "{need}" twice'
            yield outline.finding("TT016", path, message, help="take one out", label="again", related=[related])
        else:
            seen[need] = at
            yield from _tie(outline, task, "need", need, path)


def _tie(outline: Outline, task: Written, what: str, other: str, path: Path) -> Iterator[Finding]:
    if other == task.id:
        message = f"{outline.name(task)} is its own {what}"
        yield outline.finding("TT009", path, message, help="take it out", label="this is the task itself")
    elif other not in outline.first:
        message = f'{outline.name(task)} has unknown {what} "{other}"'
        remedy = _called(outline, other) or _meant(outline, task, other) or "write the id of a task in this file"
        yield outline.finding("TT007", path, message, help=remedy, label="no task has this id")


def _called(outline: Outline, other: str) -> str:
    """How a task is called now that was called so before."""
    now = outline.renamed.get(other)
    return f'it is called "{now.id}" now ({outline.place(now)})' if now else ""


def _meant(outline: Outline, task: Written, other: str) -> str:
    guess = outline.guess(other, besides=task.id)
    return f'did you mean "{guess}" ({outline.place(outline.first[guess])})?' if guess else ""
