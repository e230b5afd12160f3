"""What a sync would do, as text for people."""

from collections.abc import Iterator
from typing import Any

from planner.sync.changes import Change, Changes, Side
from tinytown.escape import clipped, shown

_MARKS = {"create": "+", "update": "~", "delete": "-", "conflicts": "!"}


def changes_text(changes: Changes, file: str) -> str:
    """What a sync would do, one line for each task created or deleted and for each field changed.

    Args:
        changes: The changes, or one of their views.
        file: How the lines call the file.
    """
    return "\n".join(_told(changes, file))


def _told(changes: Changes, file: str) -> Iterator[str]:
    for name, mark in _MARKS.items():
        for change in getattr(changes, name):
            yield f"{mark} {_place(change, file)}{_change_words(change)}"
    if changes.unfinished:
        yield f"~ {file}: a large push was cut off; the next one completes it"
    for change in changes.kept:
        yield shown(f"  {change.id} is not in the file and stays in Redis: {change.reason}")
    moved = len(changes.derived)
    if moved and not (changes.create or changes.update or changes.delete or changes.conflicts):
        yield f"~ {file}: the place or old name of {moved} task{'s' * (moved > 1)}"


def _place(change: Change, file: str) -> str:
    return shown(f"{file}:{change.line}:{change.column}: ") if change.line else ""


def _change_words(change: Change) -> str:
    name = shown(change.id or "the plan")
    if change.field is None:
        told = change.file or change.live or change.base or {}
        why = change.reason or change.note
        reason = f" ({why})" if why else ""
        return f"{name}: {clipped(told.get('description', ''))}{reason}"
    before, after = change.base, change.file
    if change.side is Side.LIVE:
        before, after = change.file, change.live
    words = f"{name}: {change.field}: {_value(before)} → {_value(after)}"
    if change.side is Side.AGAINST:
        return f"{words}, and in Redis {_value(change.live)}"
    why = change.reason or change.note
    return f"{words} ({why})" if why else words


def _value(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return "[" + ", ".join(_value(element) for element in value) + "]"
    return clipped(f'"{value}"' if isinstance(value, str) else str(value))
