"""What a waiting actor is: where its code stands and all that it knows, as one comparable value.

Two histories that lead to the same footprint go on alike, so one of them is enough. Left out is what does not
change (the town's place, functions, locks), and how long ago something was: times of an actor's own clock count
from now, and what is past is past.
"""

from collections.abc import Hashable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from types import FrameType
from typing import Any
from uuid import UUID

from tests.model.actor import Actor
from tinytown.record import Record

_PLAIN = str | int | bytes | None | UUID | Enum | Path
_CONSTANT = frozenset({"Site", "Config", "Options", "Line", "Keys", "Actor", "Plan", "Terms", "Workplace", "_Idle"})
_TOLD_AT_THE_END = frozenset({"began"})
_OURS = ("tinytown", "conductor", "planner", "tests")


class Footprints:
    """Makes footprints that can be compared with each other."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def of(self, actor: Actor) -> Hashable:
        """What an actor is while it waits."""
        known: dict[int, Hashable] = {}
        stack: list[Hashable] = [actor.commits]
        frame: FrameType | None = actor.gr_frame
        while frame is not None:
            there = {
                (name, self._of(value, actor.clock, known))
                for name, value in frame.f_locals.items()
                if not isinstance(value, float)  # how long it waits, which the answer will end
            }
            stack.append((frame.f_code.co_qualname, frame.f_lasti, self._number(frozenset(there))))
            frame = frame.f_back
        return tuple(stack)

    def _number(self, value: Hashable) -> int:
        return self._numbers.setdefault(value, len(self._numbers))

    def _of(self, value: Any, clock: float, known: dict[int, Hashable]) -> Hashable:
        if isinstance(value, _PLAIN | float):
            return value
        if id(value) not in known:
            known[id(value)] = "(itself)"
            known[id(value)] = self._made_of(value, clock, known)
        return known[id(value)]

    def _made_of(self, value: Any, clock: float, known: dict[int, Hashable]) -> Hashable:
        kind = type(value)
        if isinstance(value, Record):
            return (kind.__name__, self._number(value.to_json()))
        if isinstance(value, Mapping):
            pairs = ((self._of(key, clock, known), self._of(one, clock, known)) for key, one in value.items())
            return (kind.__name__, self._number(frozenset(pairs)))
        if isinstance(value, list | tuple):
            return (kind.__name__, self._number(tuple(self._of(one, clock, known) for one in value)))
        if isinstance(value, AbstractSet):
            return (kind.__name__, self._number(frozenset(self._of(one, clock, known) for one in value)))
        if kind.__name__ in _CONSTANT or kind.__module__.partition(".")[0] not in _OURS:
            return None
        if isinstance(value, BaseException):
            return kind.__name__
        parts = (
            (name, _from_now(one, clock) if _is_moment(name, one) else self._of(one, clock, known))
            for name, one in _parts(value)
            if name not in _TOLD_AT_THE_END
        )
        return (kind.__name__, self._number(frozenset(parts)))


def _is_moment(name: str, value: Any) -> bool:
    return isinstance(value, float) and name.endswith(("_at", "_until", "_since"))


def _from_now(moment: float, clock: float) -> float:
    return max(round(moment - clock, 6), -1.0)


def _parts(value: Any) -> list[tuple[str, Any]]:
    if is_dataclass(value) and not hasattr(value, "__dict__"):
        return [(field.name, getattr(value, field.name)) for field in fields(value)]
    return [*getattr(value, "__dict__", {}).items()]
