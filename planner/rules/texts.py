"""Rules on what a task says: something is to be done, in words that a program can take."""

from collections.abc import Iterator, Mapping
from typing import Any

from planner.diagnostics.finding import Finding
from planner.rules.written import Outline, Written
from planner.schema import known_keys
from tinytown.ids import nearest

_KEYS = known_keys(("tasks", 0, "id"))
_STRANGE = 5
"""So many unknown keys of a task are looked at."""
TEXTS = ("description", "run", "accept")


def texts(outline: Outline) -> Iterator[Finding]:
    """Each task has a description or a command (TT004), and no program meets a NUL (TT006)."""
    for task in outline.tasks:
        values = task.values
        if "description" not in values and "run" not in values and not _misspelt(values):
            message = f"{outline.name(task)} has no description"
            remedy = 'say what is to be done: description = "…"'
            yield outline.finding("TT004", task.path(), message, help=remedy, label="no description")
        for key in TEXTS:
            if key in values:
                yield from _text(outline, task, key)


def _misspelt(values: Mapping[str, Any]) -> bool:
    """Whether an unknown key stands for what is missing: that is told already."""
    strange = [key for key in values if key not in _KEYS]
    return any(nearest(key, _KEYS) in ("description", "run") for key in strange[:_STRANGE])


def _text(outline: Outline, task: Written, key: str) -> Iterator[Finding]:
    text = task.text(key)
    if text is not None and not text.strip():
        message = f"{outline.name(task)} has an empty {key}"
        yield outline.finding("TT004", task.path(key), message, help=f"write one, or take {key} out")
    elif text is not None and "\0" in text:
        message = f"{outline.name(task)} has a NUL character in its {key}"
        yield outline.finding("TT006", task.path(key), message, help="no program can take that")
