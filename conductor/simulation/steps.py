"""What the processes of a simulation can do: pass time, wait for a sign, ask the store, die."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, TypeVar

SECOND = 1_000_000
"""Simulated time is counted in whole microseconds since the beginning: fractions would add up differently."""

R = TypeVar("R")


def micros(seconds: float) -> int:
    """Seconds as simulated time."""
    return round(seconds * SECOND)


@dataclass(frozen=True, slots=True)
class Sleep:
    """Time passes. Microseconds."""

    span: int


@dataclass(eq=False, slots=True)
class Signal:
    """What processes wait for; `waiting` holds who does, and which of its steps that is."""

    waiting: list[tuple["Process", int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wait:
    """Until a signal, or a moment. Answers with the signal's word; None when the moment came first."""

    signal: Signal
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to the store. Answers with what it returns, or raises what it raises."""

    request: Callable[[], Any]


Step = Sleep | Wait | Ask
Steps = Generator[Step, Any, R]
"""A process, or a part of one, step by step."""


class DiedError(Exception):
    """The process that raises it dies on the spot."""


@dataclass(eq=False, slots=True)
class Process:
    """Something that takes steps. `turn` counts them, so that a wake-up that comes too late is known for one."""

    name: str
    steps: Steps[None]
    turn: int = 0
    over: bool = False
