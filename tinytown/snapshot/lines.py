"""A snapshot as JSON lines: one record a line, in an order that does not depend on anything. Pure."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tinytown.record import Record
from tinytown.snapshot.contents import Snapshot
from tinytown.tasks import Task

FORMAT = 1
COMPACT = (",", ":")
"""How Redis holds what was not meant for people."""


def written(snapshot: Snapshot) -> bytes:
    """The file. The same town gives the same bytes, whatever order Redis keeps its sets in."""
    return b"".join(map(_line, _records(snapshot)))


def _records(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    journal = {} if snapshot.events is None else {"events": True}
    yield {"kind": "town", "format": FORMAT, "name": snapshot.name, **journal}
    for name, text in sorted(snapshot.plan.items()):
        yield {"kind": "plan", "id": name, **_spelled(text)}
    for agent in sorted(snapshot.agents, key=lambda agent: agent.name):
        yield {"kind": "agent", **_plain(agent)}
    for task in sorted(snapshot.tasks, key=_place):
        yield {"kind": "task", **_plain(task)}
    owners = snapshot.owners
    for owner, texts in sorted(snapshot.mail.items(), key=lambda pair: owners[pair[0]]):
        for text in texts:
            yield {"kind": "message", "to": str(owner), **_spelled(text)}
    for task_id in snapshot.backlog:
        yield {"kind": "backlog", "task": str(task_id)}
    for task_id, until in sorted(snapshot.delayed.items()):
        yield {"kind": "delayed", "task": str(task_id), "until": until}
    for ident, flat in snapshot.events or ():
        yield {"kind": "event", "id": ident, "fields": list(flat)}
    yield {"kind": "end"}


def _place(task: Task) -> tuple[bool, str, str, str]:
    return (task.plan_id is None, task.plan_id or "", task.created_at.isoformat(), str(task.id))


def _plain(record: Record) -> dict[str, Any]:
    told = record.model_dump(mode="json", by_alias=True)
    return {name: value for name, value in told.items() if name != "kind"}


def _spelled(text: str) -> dict[str, Any]:
    """A text that is JSON as what it says, if it can be spelled again to the byte; else as it is."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {"text": text}
    if json.dumps(value, ensure_ascii=False) == text:
        return {"value": value}
    if json.dumps(value, ensure_ascii=False, separators=COMPACT) == text:
        return {"compact": value}
    return {"text": text}


def _line(told: Mapping[str, Any]) -> bytes:
    try:
        return f"{json.dumps(told, ensure_ascii=False)}\n".encode()
    except UnicodeEncodeError:  # foreign bytes
        return f"{json.dumps(told)}\n".encode()
