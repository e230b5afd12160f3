"""Three versions of a task become one."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from planner.diagnostics.secrets import masked
from planner.edit.three.agree import (
    MISSING,
    Clash,
    Conflict,
    Lines,
    Side,
    agreed,
    by_lines,
    furthest,
    same,
    united,
)
from planner.edit.three.version import Who
from tinytown.escape import clipped

Entry = Mapping[str, Any]

_WHO = ("agent", "role")
"""Who does a task is said by one of these: they change together."""
_SHOWN = 40


def touched(base: Entry, side: Entry) -> bool:
    """Whether a side changed more of a task than its status."""
    keys = {*base, *side} - {"status"}
    return any(not same(base.get(key), side.get(key)) for key in keys)


class Three:
    """The versions of a task that all three have.

    Args:
        base: What it said.
        ours: What it says on one side.
        theirs: What it says on the other.
        lines: Merges texts.
    """

    def __init__(self, base: Entry, ours: Entry, theirs: Entry, lines: Lines) -> None:
        self._versions = base, ours, theirs
        self._lines = lines

    def merged(self, favour: Side) -> tuple[dict[str, Any], list[Conflict]]:
        """What the task is to say.

        Args:
            favour: The side that wins where the two conflict.
        """
        base, ours, theirs = self._versions
        found: dict[str, Any] = {}
        conflicts: list[Conflict] = []
        where = f'task "{base["id"]}"'
        for keys in _together({**ours, **theirs, **base}):
            try:
                values = self._settled(keys)
            except Clash:
                winner = ours if favour is Side.OURS else theirs
                values = {key: winner.get(key) for key in keys}
                conflicts += [Conflict(where, why) for why in self._told(keys)]
            found |= {key: value for key, value in values.items() if value is not MISSING}
        if "was" not in found and self._renamed_elsewhere(found["id"]):
            found["was"] = base["id"]
        return found, conflicts

    def _settled(self, keys: tuple[str, ...]) -> dict[str, Any]:
        if len(keys) > 1:
            whole = [{key: version.get(key) for key in keys} for version in self._versions]
            return dict(agreed(*whole))
        (key,) = keys
        values = [version.get(key) for version in self._versions]
        return {key: self._way(key)(*values)}

    def _way(self, key: str) -> Callable[[Any, Any, Any], Any]:
        if key in ("needs", "tags"):
            return united
        if key == "status":
            return furthest
        return lambda base, ours, theirs: by_lines(base, ours, theirs, self._lines)

    def _told(self, keys: tuple[str, ...]) -> Iterator[str]:
        _, ours, theirs = self._versions
        for key in keys:
            here, there = ours.get(key), theirs.get(key)
            if not same(here, there):
                yield f"{key} is {told(here)} in ours and {told(there)} in theirs"

    def _renamed_elsewhere(self, name: str) -> bool:
        """Whether the side that renamed the task knows a name of before, which the other one took out."""
        base, *sides = self._versions
        return name != base["id"] and all("was" in side for side in sides if side["id"] == name)


def told(value: Any) -> str:
    """A value in words."""
    match value:
        case None:
            return "not there"
        case Who():
            return told(value.name)
        case bool():
            return str(value).lower()
        case str():
            return f'"{clipped(masked(value), _SHOWN)}"'
        case list():
            return f"[{', '.join(map(told, value))}]"
        case dict():
            return "another table"
    return str(value)


def _together(keys: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """The keys, those as one that cannot be merged apart."""
    yield from ((key,) for key in keys if key not in _WHO)
    if any(key in keys for key in _WHO):
        yield _WHO
