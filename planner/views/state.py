"""The state in which a view shows a task."""

from collections.abc import Mapping
from typing import NamedTuple

from planner.plan import Entry
from tinytown.states import TaskState

ICONS: Mapping[TaskState, str] = {
    TaskState.PENDING: "○",
    TaskState.ASSIGNED: "◔",
    TaskState.RUNNING: "●",
    TaskState.COMPLETED: "✓",
    TaskState.FAILED: "✗",
    TaskState.CANCELLED: "⊘",
}
GROUP = "▣"
CRITICAL = "◆"


class Live(NamedTuple):
    """What Redis says of a task.

    Args:
        state: Its state.
        attempt: Its attempt; 0 before the first.
        agent: Who has or had it.
        took: How long it takes, in seconds, by the attempts that completed; None if none has.
    """

    state: TaskState
    attempt: int = 0
    agent: str | None = None
    took: float | None = None


Lives = Mapping[str, Live]
"""The plan's tasks in Redis by plan id."""


def state_of(entry: Entry, live: Lives | None) -> TaskState:
    """A task's state in Redis, or else the file's status."""
    if live and entry.id in live:
        return live[entry.id].state
    return entry.status or TaskState.PENDING


def doer(entry: Entry) -> str:
    """Who is to do a task, in a word or two: `@name`, `@any role`, `$` for a command; empty for nobody."""
    if entry.agent:
        return f"@{entry.agent}"
    if entry.role:
        return f"@any {entry.role}"
    return "$" if entry.run else ""


def doing(entry: Entry) -> str:
    """Who is to do a task, and for a command which: a drawing has room for its beginning."""
    return f"$ {entry.run}" if entry.run and not (entry.agent or entry.role) else doer(entry)
