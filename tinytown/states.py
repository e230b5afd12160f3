"""The states of tasks and agents, and the lawful moves between them, in one table each."""

from collections.abc import Mapping
from enum import StrEnum

from tinytown.errors import UnlawfulMoveError


class TaskState(StrEnum):
    """Where a task is in its life."""

    PENDING = "pending"
    """Waits for its prerequisites, an agent, or its turn."""
    ASSIGNED = "assigned"
    """Lies in an agent's inbox."""
    RUNNING = "running"
    """Is being worked on; for a group: its members may start."""
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class AgentState(StrEnum):
    """What an agent is doing."""

    COLD = "cold"
    """Known by name, never started."""
    STARTING = "starting"
    IDLE = "idle"
    WORKING = "working"
    PAUSED = "paused"
    DRAINING = "draining"
    """Finishes what it has begun, then stops."""
    STOPPED = "stopped"
    ERROR = "error"
    """Died, or could not be started."""


_T = TaskState
_A = AgentState

TASK_MOVES: Mapping[TaskState, frozenset[TaskState]] = {
    _T.PENDING: frozenset({_T.ASSIGNED, _T.RUNNING, _T.COMPLETED, _T.FAILED, _T.CANCELLED}),
    _T.ASSIGNED: frozenset({_T.PENDING, _T.RUNNING, _T.COMPLETED, _T.FAILED, _T.CANCELLED}),
    _T.RUNNING: frozenset({_T.PENDING, _T.COMPLETED, _T.FAILED, _T.CANCELLED}),
    # Back to pending only by an explicit wish: a completed task never runs again by itself.
    _T.COMPLETED: frozenset({_T.PENDING}),
    _T.FAILED: frozenset({_T.PENDING, _T.COMPLETED}),
    _T.CANCELLED: frozenset({_T.PENDING, _T.COMPLETED}),
}
"""For each task state, the states that may follow it."""

ENDED = frozenset({_T.COMPLETED, _T.FAILED, _T.CANCELLED})
"""Task states from which nothing goes on by itself."""

AGENT_MOVES: Mapping[AgentState, frozenset[AgentState]] = {
    _A.COLD: frozenset({_A.STARTING}),
    _A.STARTING: frozenset({_A.IDLE, _A.PAUSED, _A.DRAINING, _A.STOPPED, _A.ERROR, _A.STARTING}),
    _A.IDLE: frozenset({_A.WORKING, _A.PAUSED, _A.DRAINING, _A.STOPPED, _A.ERROR, _A.STARTING}),
    _A.WORKING: frozenset({_A.IDLE, _A.PAUSED, _A.DRAINING, _A.STOPPED, _A.ERROR, _A.STARTING}),
    _A.PAUSED: frozenset({_A.IDLE, _A.WORKING, _A.DRAINING, _A.STOPPED, _A.ERROR, _A.STARTING}),
    _A.DRAINING: frozenset({_A.STOPPED, _A.ERROR, _A.STARTING}),
    _A.STOPPED: frozenset({_A.STARTING}),
    _A.ERROR: frozenset({_A.STARTING, _A.STOPPED}),
}
"""For each agent state, the states that may follow it. `starting` follows all: a process took over."""

UNDER_WAY = frozenset({_T.ASSIGNED, _T.RUNNING})
"""Task states in which an agent has a task in hand; a group is open, and nobody has it."""

GONE = frozenset({_A.COLD, _A.STOPPED, _A.ERROR})
"""Agent states without a process."""

RECEPTIVE = frozenset({_A.STARTING, _A.IDLE, _A.WORKING})
"""Agent states in which new tasks may be sent."""


def check_task_move(subject: str, origin: TaskState, target: TaskState) -> None:
    """Raises UnlawfulMoveError unless a task may go from `origin` to `target`."""
    if target not in TASK_MOVES[origin]:
        raise UnlawfulMoveError(
            f"{subject} is {origin} and cannot become {target}",
            f"From {origin} it can become {_listed(TASK_MOVES[origin])}.",
        )


def check_agent_move(subject: str, origin: AgentState, target: AgentState) -> None:
    """Raises UnlawfulMoveError unless an agent may go from `origin` to `target`."""
    if target not in AGENT_MOVES[origin]:
        raise UnlawfulMoveError(
            f"{subject} is {origin} and cannot become {target}",
            f"From {origin} it can become {_listed(AGENT_MOVES[origin])}.",
        )


def _listed(states: frozenset[TaskState] | frozenset[AgentState]) -> str:
    return ", ".join(sorted(states))
