"""The other program's journal, told in our words. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from tinytown.migration.found import Find
from tinytown.migration.steps import Step

_TYPES = {
    "agent_spawned": "agent.starting",
    "agent_interrupted": "agent.paused",
    "agent_resumed": "agent.idle",
    "agent_completed": "agent.idle",
    "agent_failed": "agent.error",
}
_NAMED = frozenset({"event_type", "timestamp", "agent_id", "task_id", "new_state"})


def retold(find: Find, names: Mapping[UUID, str], plan_ids: Mapping[UUID, str]) -> Step | None:
    """The step that rewrites a journal with entries of another program; None if it has none.

    Each entry keeps its id and thereby its place; those that are ours stay as they are.

    Args:
        find: The stream.
        names: The agents' names.
        plan_ids: The plan ids of tasks.
    """
    entries = [(ident, _entry(flat, names, plan_ids)) for ident, flat in find.entries]
    changed = sum(after is not before for (_, after), (_, before) in zip(entries, find.entries, strict=True))
    if not changed:
        return None
    return Step("events", [find], f"{changed} events", entries=entries)


def to_tell(find: Find, name: str) -> list[tuple[str, Sequence[str]]]:
    """An agent's lines of activity as entries of the journal, the oldest first."""
    return [("", ("type", "agent.activity", "agent", name, "message", line)) for line in reversed(find.items)]


def _entry(flat: Sequence[str], names: Mapping[UUID, str], plan_ids: Mapping[UUID, str]) -> Sequence[str]:
    pairs = dict(zip(flat[::2], flat[1::2], strict=False))
    if "type" in pairs or not {"event_type", "data"} <= pairs.keys():
        return flat
    try:
        told: Any = json.loads(pairs["data"])
    except (ValueError, RecursionError):
        return flat
    if not isinstance(told, dict):
        return flat
    kind = pairs["event_type"]
    state = str(told.get("new_state") or "").lower()
    agent, task = _uuid(told.get("agent_id")), _uuid(told.get("task_id"))
    found = {
        "type": f"agent.{state}" if kind == "agent_state_changed" and state else _type(kind),
        "at": told.get("timestamp"),
        "task": str(task) if task else None,
        "plan_id": plan_ids.get(task) if task else None,
        "agent": names.get(agent) if agent else None,
        "state": state or None,
        "agent_id": None if agent in names else told.get("agent_id"),
        "task_id": None if task else told.get("task_id"),
        **{name: value for name, value in told.items() if name not in _NAMED and name not in ("type", "at")},
    }
    return [text for name, value in found.items() if value is not None for text in (name, _text(value))]


def _type(kind: str) -> str:
    return _TYPES.get(kind, kind.replace("_", ".", 1))


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
