"""A plan, and what a sync would do to it, as data and as text."""

from collections.abc import Iterator, Mapping
from typing import Any

from planner.changes import Change, Changes, Side
from planner.graph import Graph
from planner.plan import Entry, Plan
from tinytown.escape import shown
from tinytown.states import TaskState

ICONS: Mapping[TaskState, str] = {
    TaskState.PENDING: "○",
    TaskState.ASSIGNED: "◔",
    TaskState.RUNNING: "●",
    TaskState.COMPLETED: "✓",
    TaskState.FAILED: "✗",
    TaskState.CANCELLED: "⊘",
}
_GROUP = "▣"
_MARKS = {"create": "+", "update": "~", "delete": "-", "conflicts": "!"}
_LONGEST = 100
"""So many characters of a description or value are shown."""

States = Mapping[str, TaskState]


def plan_data(plan: Plan, live: States | None = None) -> dict[str, Any]:
    """The plan for JSON.

    Args:
        plan: The plan.
        live: The states in Redis by plan id; where there is none, the file's status stands.
    """
    waves = graph_of(plan).waves()
    return {
        "meta": {"description": plan.description, "default_agent": plan.default_agent},
        "agents": [member.model_dump(mode="json") for member in plan.team],
        "tasks": [
            {
                "id": entry.id,
                "description": entry.description,
                "state": _state(entry, live).value,
                "agent": entry.agent,
                "role": entry.role,
                "parent": entry.parent,
                "needs": list(entry.needs),
                "group": entry.group,
                "wave": waves[entry.id],
                "run": entry.run,
                "accept": entry.accept,
                "timeout": entry.timeout,
                "priority": entry.priority.value,
                "tags": list(entry.tags),
            }
            for entry in plan.entries
        ],
    }


def plan_text(plan: Plan, live: States | None = None) -> str:
    """The plan as a tree for people: children under their parents, the rest in the file's order."""
    children: dict[str | None, list[Entry]] = {}
    for entry in plan.entries:
        children.setdefault(entry.parent, []).append(entry)
    lines = [shown(plan.description)] if plan.description else []
    # An explicit stack: a chain of children may be thousands deep.
    stack = [(entry, 0) for entry in reversed(children.get(None, []))]
    while stack:
        entry, depth = stack.pop()
        lines.append("  " * depth + _line(entry, live))
        stack += [(child, depth + 1) for child in reversed(children.get(entry.id, []))]
    return "\n".join(lines) or "The plan has no tasks."


def changes_text(changes: Changes, file: str) -> str:
    """What a sync would do, one line for each task created or deleted and for each field changed.

    Args:
        changes: The changes, or one of their views.
        file: How the lines call the file.
    """
    return "\n".join(_told(changes, file))


def graph_of(plan: Plan) -> Graph:
    """What waits for what in the plan."""
    return Graph(plan.entries, frozenset(entry.id for entry in plan.entries if entry.group))


def _told(changes: Changes, file: str) -> Iterator[str]:
    for name, mark in _MARKS.items():
        for change in getattr(changes, name):
            yield f"{mark} {_place(change, file)}{_change_words(change)}"
    for change in changes.kept:
        yield shown(f"  {change.id} is not in the file and stays in Redis: {change.reason}")
    moved = len(changes.derived)
    if moved and not (changes.create or changes.update or changes.delete or changes.conflicts):
        yield f"~ {file}: the order of {moved} task{'s' * (moved > 1)}"


def _place(change: Change, file: str) -> str:
    return shown(f"{file}:{change.line}:{change.column}: ") if change.line else ""


def _change_words(change: Change) -> str:
    name = shown(change.id or "the plan")
    if change.field is None:
        told = change.file or change.live or change.base or {}
        reason = f" ({change.reason})" if change.reason else ""
        return f"{name}: {_short(told.get('description', ''))}{reason}"
    before, after = change.base, change.file
    if change.side is Side.LIVE:
        before, after = change.file, change.live
    words = f"{name}: {change.field}: {_value(before)} → {_value(after)}"
    if change.side is Side.AGAINST:
        return f"{words}, and in Redis {_value(change.live)}"
    return f"{words} ({change.reason})" if change.reason else words


def _value(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return "[" + ", ".join(_value(element) for element in value) + "]"
    return _short(f'"{value}"' if isinstance(value, str) else str(value))


def _line(entry: Entry, live: States | None) -> str:
    state = _state(entry, live)
    icon = _GROUP if entry.group else ICONS[state]
    waits = f"  after {shown(', '.join(entry.needs))}" if entry.needs else ""
    return f"{icon} {shown(entry.id)}  [{state}]{_who(entry)}  {_short(entry.description)}{waits}"


def _who(entry: Entry) -> str:
    if entry.agent:
        return shown(f"  @{entry.agent}")
    if entry.role:
        return shown(f"  @any {entry.role}")
    return "  $" if entry.run else ""


def _state(entry: Entry, live: States | None) -> TaskState:
    return (live or {}).get(entry.id, entry.status or TaskState.PENDING)


def _short(text: str) -> str:
    first = shown(" ".join(text.split()))
    return first if len(first) <= _LONGEST else first[: _LONGEST - 1] + "…"
