"""What an event means for the board: seen at once, or to be read again. Pure but for the board that it updates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from conductor.board import Board
from conductor.stopping import was_taken
from tinytown.durations import learned
from tinytown.events import Event
from tinytown.states import TaskState
from tinytown.tasks import Task

_PLAIN = frozenset({"task.started", "task.completed", "task.failed", "task.cancelled"})
"""Events that tell all that the board needs to know."""

_SAME_STATE = frozenset({"task.approved", "task.noted", "task.requeued", "task.updated"})
"""Events of changes that may show neither in the state nor in the attempt: a pause that is over, say."""


@dataclass(frozen=True, slots=True)
class News:
    """What must be read again: these tasks, the roster, or everything because the plan or the town changed.

    The roster also when a task was taken from its agent, which may not have ended its command yet.
    """

    tasks: frozenset[UUID]
    agents: bool
    plan: bool


def hear(board: Board, events: Iterable[Event]) -> News:
    """Lets the board see what events tell, and says what they do not.

    An event may be older than what the board has read already. The events behind it bring the board back to the
    truth, so all that are there must be heard before anything is decided; a transaction that relies on an outdated
    task is refused anyhow.
    """
    tasks: set[UUID] = set()
    agents = plan = False
    for event in events:
        if event.type == "task.deleted":
            plan = True
        elif event.task is not None and event.type.startswith("task."):
            task = UUID(event.task)
            agents = agents or was_taken(board.tasks.get(task), event)
            if not _see(board, event, task):
                tasks.add(task)
        elif event.type.startswith("agent."):
            agents = True
        elif event.type.startswith(("plan.", "town.")):
            plan = True
    return News(frozenset(tasks), agents, plan)


def _see(board: Board, event: Event, key: UUID) -> bool:
    """Whether the event told enough."""
    task = board.tasks.get(key)
    if task is None or event.attempt is None or event.state is None:
        return False
    if (task.state.value, task.attempt) == (event.state, event.attempt) and event.type not in _SAME_STATE:
        return True  # most often our own doing
    if event.attempt < task.attempt:
        return True
    if event.type not in _PLAIN or task.group:  # a group's attempts are not counted, so its past looks like now
        return False
    board.see(task.evolve(state=TaskState(event.state), attempt=event.attempt, **_times(event, task)))
    return True


def _times(event: Event, task: Task) -> dict[str, Any]:
    """What the event tells of when the task began, or of how long it takes; only forecasts depend on it."""
    try:
        if event.type == "task.started":
            return {"started_at": datetime.fromisoformat(event.at)}
        if event.type == "task.completed" and "elapsed" in event.details:
            return {"took": learned(task.took, float(event.details["elapsed"]))}
    except ValueError:  # written by another program
        return {}
    return {}
