"""The documents about options, and about the towns of this machine."""

from typing import Literal

from tinytown.schemas.shape import Shape
from tinytown.states import TaskState

Value = str | int | float | bool | tuple[str, ...] | dict[str, str] | None


class Option(Shape):
    """An option, its value, and where that comes from: which layer, and its file or variable."""

    key: str
    value: Value
    source: Literal["environment", "town", "user", "built in"]
    place: str | None


class OptionChange(Shape):
    """An option of a file before and after; null where the file does not say it."""

    key: str
    before: Value
    after: Value
    file: str


class KnownTown(Shape):
    """A town that somebody has worked with; agents alive and tasks only where its Redis runs."""

    name: str
    path: str
    redis: Literal["running", "stopped", "unreachable", "gone", "broken"]
    agents: int | None
    tasks: dict[TaskState, int] | None
    trouble: str | None
