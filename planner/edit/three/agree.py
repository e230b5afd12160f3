"""Three versions of a value become one, if they can."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

MISSING: Final = None
"""What a key has that is not there; TOML itself has no such value."""

_FURTHER = ("pending", "assigned", "running", "failed", "cancelled", "completed")
"""Of two statuses the later one in this row is kept."""


class Side(StrEnum):
    """Whose version it is."""

    OURS = "ours"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Text:
    """What came of merging line by line.

    Args:
        data: The lines, with markers around those that conflict.
        clean: Whether none do.
    """

    data: bytes
    clean: bool


Lines = Callable[[bytes, bytes, bytes], Text | None]
"""Merges base, ours and theirs line by line; None if that cannot be done."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something that somebody has to decide.

    Args:
        where: A task or table, such as `task "build"`; empty for the whole file.
        why: What the two sides want, in words; it may quote the file.
    """

    where: str
    why: str

    def __str__(self) -> str:
        return f"{self.where}: {self.why}" if self.where else self.why


class Clash(Exception):  # noqa: N818  no error, but an answer: it never leaves the merge
    """Both sides changed a value, and not alike."""


def same(one: Any, other: Any) -> bool:
    """Whether two values are one and the same in TOML, where 1, 1.0 and true are three."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def agreed(base: Any, ours: Any, theirs: Any) -> Any:
    """The value that only one side changed, or both alike.

    Raises:
        Clash: They changed it differently.
    """
    if same(ours, theirs) or same(theirs, base):
        return ours
    if same(ours, base):
        return theirs
    raise Clash


def united(base: Any, ours: Any, theirs: Any) -> Any:
    """A list without what either side took out, and with what either side put in; MISSING if nothing is in it.

    Raises:
        Clash: They are no lists, and were changed differently.
    """
    try:
        return agreed(base, ours, theirs)
    except Clash:
        lists = [value or [] for value in (base, ours, theirs)]
        if not all(isinstance(value, list) for value in lists):
            raise
    before, here, there = lists
    kept = [one for one in here if one in there or one not in before]
    fresh: list[Any] = []
    for one in there:
        if one not in before and one not in here and one not in fresh:
            fresh.append(one)
    return [*kept, *fresh] or MISSING


def furthest(base: Any, ours: Any, theirs: Any) -> Any:
    """A task's status: of two new ones the one that is further on; who says none has no opinion.

    A status is a copy of what Redis knows, so two that differ are mostly of two moments. The further one starts
    nothing that has ended already.

    Raises:
        Clash: There is no such status.
    """
    try:
        return agreed(base, ours, theirs)
    except Clash:
        known = [value for value in (ours, theirs) if value is not MISSING]
        if not all(value in _FURTHER for value in known):
            raise
        return max(known, key=_FURTHER.index)


def by_lines(base: Any, ours: Any, theirs: Any, lines: Lines) -> Any:
    """A text, which both sides may have changed in different lines.

    Raises:
        Clash: It is no text of several lines, or the same lines were changed differently.
    """
    try:
        return agreed(base, ours, theirs)
    except Clash:
        versions: Sequence[Any] = (base, ours, theirs)
        if not all(isinstance(text, str) and "\n" in text for text in versions):
            raise
        merged = lines(base.encode(), ours.encode(), theirs.encode())
        if merged is None or not merged.clean:
            raise
        return merged.data.decode()
