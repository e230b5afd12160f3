"""Tinytown: the town, what exists in it and where it is kept.

The public API, loaded when it is first used:

    from tinytown import Town

    with Town.connect(".") as town:
        agent = town.spawn_agent("coder", "claude")
        agent.assign("Fix the tests")
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tinytown.agents import Agent
    from tinytown.channel import Channel
    from tinytown.errors import TinytownError
    from tinytown.messages import Message
    from tinytown.states import AgentState, TaskState
    from tinytown.tasks import Priority, Task
    from tinytown.town import AgentHandle, Town

_HOMES = {
    "Agent": "tinytown.agents",
    "AgentHandle": "tinytown.town",
    "AgentState": "tinytown.states",
    "Channel": "tinytown.channel",
    "Message": "tinytown.messages",
    "Priority": "tinytown.tasks",
    "Task": "tinytown.tasks",
    "TaskState": "tinytown.states",
    "TinytownError": "tinytown.errors",
    "Town": "tinytown.town",
}

__all__ = [
    "Agent",
    "AgentHandle",
    "AgentState",
    "Channel",
    "Message",
    "Priority",
    "Task",
    "TaskState",
    "TinytownError",
    "Town",
]


def __getattr__(name: str) -> Any:
    """Loads a public name when it is first used: `tt --help` must not load Redis for it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
