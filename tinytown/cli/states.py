"""How the states of tasks and agents look: a word everywhere, with icon and colour on a terminal."""

from tinytown.cli.output import icon, paint
from tinytown.states import AgentState, TaskState

_TASKS = {
    TaskState.PENDING: ("⏳", None),
    TaskState.ASSIGNED: ("📌", "blue"),
    TaskState.RUNNING: ("🔄", "cyan"),
    TaskState.COMPLETED: ("✅", "green"),
    TaskState.FAILED: ("❌", "red"),
    TaskState.CANCELLED: ("🚫", "yellow"),
}

_AGENTS = {
    AgentState.COLD: ("🧊", None),
    AgentState.STARTING: ("🌱", "cyan"),
    AgentState.IDLE: ("💤", "green"),
    AgentState.WORKING: ("🔄", "cyan"),
    AgentState.PAUSED: ("🟡", "yellow"),
    AgentState.DRAINING: ("🔻", "yellow"),
    AgentState.STOPPED: ("⚪", None),
    AgentState.ERROR: ("❌", "red"),
}


def task_state(state: TaskState) -> str:
    """A task's state as people see it."""
    sign, colour = _TASKS[state]
    return icon(sign) + paint(state.value, colour)


def agent_state(state: AgentState, *, dead: bool) -> str:
    """An agent's state as people see it.

    Args:
        state: What it says of itself.
        dead: Whether it says so without a heartbeat.
    """
    if dead:
        return icon("💀") + paint("dead", "red")
    sign, colour = _AGENTS[state]
    return icon(sign) + paint(state.value, colour)
