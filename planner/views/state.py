"""The state in which a view shows a task."""

from collections.abc import Mapping

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

States = Mapping[str, TaskState]
"""The states in Redis by plan id."""


def state_of(entry: Entry, live: States | None) -> TaskState:
    """A task's state in Redis, or else the file's status."""
    return (live or {}).get(entry.id, entry.status or TaskState.PENDING)
