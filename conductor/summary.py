"""What came of a plan: what completed, and for each task that did not, why. Pure."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from conductor.board import Board
from conductor.outcomes import LOST
from conductor.readiness import reasons
from tinytown.states import TaskState
from tinytown.tasks import Task


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A task that did not complete, and why."""

    label: str
    state: str
    why: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The end of a run. `elapsed` in seconds."""

    states: dict[str, int]
    unfinished: tuple[Unfinished, ...]
    blocked: bool
    elapsed: float

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def completed(self) -> int:
        return self.states.get(TaskState.COMPLETED.value, 0)

    def as_dict(self) -> dict[str, Any]:
        return {
            "tasks": self.states,
            "elapsed": round(self.elapsed, 3),
            "unfinished": [{"id": task.label, "state": task.state, "why": task.why} for task in self.unfinished],
        }


def summarize(
    board: Board,
    ended_here: Collection[UUID],
    now: datetime,
    elapsed: float,
    plan: Collection[str] | None = None,
) -> Summary:
    """The end of a run.

    Args:
        board: What there is.
        ended_here: Tasks outside of the plan that ended during this run; others of the past do not count.
        now: The present moment.
        elapsed: Seconds since its beginning.
        plan: The ids of the tasks that count; None for all that have one.
    """

    def counts(task: Task) -> bool:
        if not task.ended or task.id in ended_here:
            return True
        return task.plan_id is not None and (plan is None or task.plan_id in plan)

    counted = [task for task in board.tasks.values() if counts(task)]
    unfinished = [task for task in counted if task.state is not TaskState.COMPLETED]
    return Summary(
        states=dict(Counter(task.state.value for task in counted)),
        unfinished=tuple(Unfinished(t.label, t.state.value, _why(board, t, now)) for t in unfinished),
        blocked=any(task.state is not TaskState.CANCELLED for task in unfinished),
        elapsed=elapsed,
    )


def _why(board: Board, task: Task, now: datetime) -> str:
    if task.state in LOST and task.result:
        return task.result
    found = reasons(board, task, now, conducted=True)
    return "; ".join(reason.message for reason in found) or "was about to be released"
