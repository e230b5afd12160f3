"""The rule on the status of a task: it is one of six words."""

from collections.abc import Iterator

from planner.diagnostics.finding import Finding
from planner.rules.written import Outline
from tinytown.ids import nearest
from tinytown.states import TaskState

_STATUSES = tuple(state.value for state in TaskState)
_ELSEWHERE = {
    "blocked": "pending",
    "new": "pending",
    "open": "pending",
    "queued": "pending",
    "ready": "pending",
    "todo": "pending",
    "waiting": "pending",
    "active": "running",
    "doing": "running",
    "in_progress": "running",
    "started": "running",
    "closed": "completed",
    "done": "completed",
    "finished": "completed",
    "ok": "completed",
    "passed": "completed",
    "success": "completed",
    "broken": "failed",
    "error": "failed",
    "aborted": "cancelled",
    "skipped": "cancelled",
}
"""What other programs call them."""


def statuses(outline: Outline) -> Iterator[Finding]:
    """A status is one that a task can have (TT010)."""
    for task in outline.tasks:
        status = task.text("status")
        if status is not None and status not in _STATUSES:
            guess = _ELSEWHERE.get(status.strip().lower().replace("-", "_").replace(" ", "_"))
            guess = guess or nearest(status.strip(), _STATUSES)
            remedy = f'did you mean "{guess}"?' if guess else f"write one of {', '.join(_STATUSES)}"
            message = f'{outline.name(task)} has the unknown status "{status}"'
            yield outline.finding("TT010", task.path("status"), message, help=remedy, label="no such status")
