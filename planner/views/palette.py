"""The colours of the drawings."""

from collections.abc import Mapping
from typing import NamedTuple

from tinytown.states import TaskState


class Colour(NamedTuple):
    """What is inside of a box, and what is around it."""

    fill: str
    stroke: str


FILLS: Mapping[TaskState, Colour] = {
    TaskState.PENDING: Colour("#ffffff", "#8c959f"),
    TaskState.ASSIGNED: Colour("#eef4ff", "#4c7df0"),
    TaskState.RUNNING: Colour("#e6f6ff", "#0a94d6"),
    TaskState.COMPLETED: Colour("#eafaf0", "#1f9d57"),
    TaskState.FAILED: Colour("#fff0ef", "#dc3b3b"),
    TaskState.CANCELLED: Colour("#fff8e3", "#bf8700"),
}
"""On a light ground."""

DARK_FILLS: Mapping[TaskState, Colour] = {
    TaskState.PENDING: Colour("#161b22", "#7d8590"),
    TaskState.ASSIGNED: Colour("#161f36", "#6e9bff"),
    TaskState.RUNNING: Colour("#0f2535", "#38bdf8"),
    TaskState.COMPLETED: Colour("#11271c", "#3fb96f"),
    TaskState.FAILED: Colour("#2e1618", "#f76b6b"),
    TaskState.CANCELLED: Colour("#2a2210", "#d9a520"),
}
"""On a dark ground."""

CRITICAL = "#8250df"
DARK_CRITICAL = "#b083ff"
"""The critical path."""
