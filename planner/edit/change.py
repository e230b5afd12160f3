"""Changes what a task says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from planner.document import Document
from planner.edit.find import find
from planner.edit.lists import with_list
from planner.edit.splice import Put, Splice, edited, rendered, verified
from tinytown.errors import UsageError

_OTHER = {"agent": "role", "role": "agent"}
"""Who does a task is said by one of these."""
_LISTS = ("needs", "tags")
_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be different.

    Args:
        values: The new value of each key; None takes the key out.
        more: What is to be added to the lists.
        less: What is to be taken out of the lists.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    more: Mapping[str, Sequence[str]] = field(default_factory=dict)
    less: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changed:
    """The plan after a change.

    Args:
        document: The plan.
        keys: What is different; empty if nothing is.
        notes: What went with it, in sentences.
    """

    document: Document
    keys: tuple[str, ...]
    notes: tuple[str, ...]


def change(document: Document, task: str, wanted: Wanted) -> Changed:
    """The plan with some keys of a task changed, and no others.

    Args:
        document: The plan.
        task: The task's id.
        wanted: What is to be different.

    Raises:
        UnknownTaskError: There is no such task.
        UsageError: What is to be taken out of a list is not in it.
        EditError: The file cannot be changed safely.
    """
    position = find(document, task)
    before: Mapping[str, Any] = document.values["tasks"][position]
    values = {key: value for key, value in wanted.values.items() if key not in _LISTS}
    notes: list[str] = []
    for key, other in _OTHER.items():
        if values.get(key) is not None and other in before and other not in values:
            notes.append(f'"{task}" had the {other} "{before[other]}"; the {key} takes its place')
            values[other] = None
            if key not in before:
                document = _swapped(document, position, other, key, values[key])
    document = _put(document, position, values)
    for key, elements in _lists(task, before, wanted).items():
        document = with_list(document, position, key, elements)
    after = document.values["tasks"][position]
    keys = [key for key in {**before, **after} if before.get(key, _NOTHING) != after.get(key, _NOTHING)]
    return Changed(document, tuple(keys), tuple(notes))


def _put(document: Document, position: int, values: Mapping[str, Any]) -> Document:
    entry = document.values["tasks"][position]
    puts = [Put(position, key, value) for key, value in values.items() if entry.get(key) != value]
    kept = [put for put in puts if put.value is not None]
    if kept:
        document = edited(document, kept)
    for put in puts:  # one by one, for neighbours that go share a comma, or a comment between them
        if put.value is None:
            document = edited(document, [put])
    return document


def _swapped(document: Document, position: int, old: str, new: str, value: str) -> Document:
    """One key becomes another where it stands."""
    path = ("tasks", position, old)
    key, text = document.index.keys.get(path), document.index.values.get(path)
    if key is None or text is None:
        return document
    splices = [Splice(*key, new.encode()), Splice(*text, rendered(value).encode())]
    tasks = list(document.values["tasks"])
    tasks[position] = {new: value, **{k: v for k, v in tasks[position].items() if k != old}}
    return verified(document, splices, {**document.values, "tasks": tasks})


def _lists(task: str, before: Mapping[str, Any], wanted: Wanted) -> dict[str, list[str]]:
    """What the lists are to hold that are to be different."""
    found: dict[str, list[str]] = {}
    for key in _LISTS:
        now = before.get(key)
        held: list[str] = wanted.values.get(key, now) or []
        _check_held(task, key, held, wanted.less.get(key, ()))
        less, more = wanted.less.get(key, ()), wanted.more.get(key, ())
        kept = [element for element in held if element not in less]
        elements = [*kept, *dict.fromkeys(one for one in more if one not in kept)]
        if elements != (now or []):
            found[key] = elements
    return found


def _check_held(task: str, key: str, held: Sequence[str], less: Sequence[str]) -> None:
    for one in less:
        if one not in held:
            what = f'does not need "{one}"' if key == "needs" else f'has no tag "{one}"'
            there = ", ".join(held) if isinstance(held, list) else ""
            raise UsageError(f'task "{task}" {what}', f"Its {key}: {there or 'none'}.")
