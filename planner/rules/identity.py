"""Rules on who a task is: its id, and the one that it had before."""

from collections.abc import Iterator
from typing import Any

from planner.diagnostics.finding import Finding
from planner.rules.written import Outline, Written
from tinytown.ids import PLAN_ID

_LETTERS = "use letters, digits, `.`, `_` and `-`, and begin with a letter or digit"


def ids(outline: Outline) -> Iterator[Finding]:
    """An id has the right characters (TT006), and no two tasks share one (TT005)."""
    for task in outline.tasks:
        name = task.text("id")
        if name is None:
            continue
        first = outline.first.get(name, task)
        if not PLAN_ID.fullmatch(name):
            message = f'a task cannot have the id "{name}"'
            label = "bad characters" if name else "empty"
            yield outline.finding("TT006", task.path("id"), message, help=_LETTERS, label=label)
        elif first is not task:
            message = f'two tasks have the id "{name}"'
            related = outline.related(first.path("id"), "the first one is here")
            remedy = "give one of them another id"
            words: dict[str, Any] = {"help": remedy, "label": "again", "related": [related]}
            yield outline.finding("TT005", task.path("id"), message, **words)


def renames(outline: Outline) -> Iterator[Finding]:
    """`was` names an id that no task has any more, and that no other task claims (TT018)."""
    claimed: dict[str, Written] = {}
    for task in outline.tasks:
        was = task.values.get("was")
        if not isinstance(was, str):
            continue
        who, path = outline.name(task), task.path("was")
        words: dict[str, Any] = {}
        if not PLAN_ID.fullmatch(was):
            message = f'{who} cannot have had the id "{was}"'
            words = {"help": "write the id that it had before, or take `was` out", "label": "no id"}
        elif was == task.id:
            message = f"{who} was never called anything else"
            words = {"help": "take `was` out", "label": "its own id"}
        elif was in outline.first:
            message = f'{who} says that it was "{was}", but that task is still there'
            related = outline.related(outline.first[was].path("id"), f'"{was}" is here')
            remedy = f'take `was` out if this is a new task, or take the task "{was}" out if it is the same'
            words = {"help": remedy, "label": "not free", "related": [related]}
        elif was in claimed:
            message = f'two tasks say that they were "{was}"'
            related = outline.related(claimed[was].path("was"), "the first one is here")
            remedy = "a task has one successor: take one `was` out"
            words = {"help": remedy, "label": "again", "related": [related]}
        else:
            claimed[was] = task
            continue
        yield outline.finding("TT018", path, message, **words)
