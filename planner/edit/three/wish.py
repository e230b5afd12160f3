"""What a merged plan is to say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from planner.edit.three.agree import MISSING, Clash, Conflict, Lines, Side, agreed, furthest, same
from planner.edit.three.entry import Entry, Three, told, touched
from planner.edit.three.version import Version, Who


@dataclass(frozen=True)
class Wish:
    """What a merged plan is to say.

    Args:
        tasks: The entries of the tasks that it has, with names as parents and needs; in no particular order.
        rest: What it says beside them.
        conflicts: What was decided for the favoured side, and is for a person to decide.
    """

    tasks: Mapping[Who, Entry]
    rest: Mapping[str, Any]
    conflicts: tuple[Conflict, ...]


@dataclass
class Merger:
    """Merges three versions of a plan, value by value.

    Args:
        base: The common version.
        ours: One side.
        theirs: The other side.
        favour: The side that wins where the two conflict.
        lines: Merges texts.
    """

    base: Version
    ours: Version
    theirs: Version
    favour: Side
    lines: Lines
    _conflicts: list[Conflict] = field(default_factory=list)

    def wish(self) -> Wish:
        """What the merged plan is to say."""
        found: dict[Who, Entry] = {}
        for who in {**self.ours.tasks, **self.theirs.tasks}:
            entry = self._task(who)
            if entry is not None:
                found[who] = entry
        self._complete(found)
        names = {who: str(entry["id"]) for who, entry in found.items()}
        tasks = {who: self._named(who, entry, names) for who, entry in found.items()}
        rest = self._table(self.base.rest, self.ours.rest, self.theirs.rest, ())
        return Wish(tasks, rest, tuple(self._conflicts))

    def _task(self, who: Who) -> Entry | None:
        base, ours, theirs = (side.tasks.get(who) for side in (self.base, self.ours, self.theirs))
        if ours is not None and theirs is not None:
            return self._added(ours, theirs) if base is None else self._changed(base, ours, theirs)
        there = ours if theirs is None else theirs
        if base is None or there is None:
            return there
        if not touched(self._alive(base, theirs is None), there):
            return None
        gone, changed = (Side.THEIRS, Side.OURS) if theirs is None else (Side.OURS, Side.THEIRS)
        self._clash(f'task "{base["id"]}"', f"{gone} removed it, and {changed} changed it")
        return there if self.favour is changed else None

    def _changed(self, base: Entry, ours: Entry, theirs: Entry) -> Entry:
        entry, conflicts = Three(base, ours, theirs, self.lines).merged(self.favour)
        self._conflicts += conflicts
        return entry

    def _added(self, ours: Entry, theirs: Entry) -> Entry:
        if touched(ours, theirs):
            self._clash(f'task "{ours["id"]}"', "both added a task of this id, and not the same")
            return ours if self.favour is Side.OURS else theirs
        here, there = ours.get("status"), theirs.get("status")
        try:
            status = furthest(MISSING, here, there)
        except Clash:
            self._clash(f'task "{ours["id"]}"', f"status is {told(here)} in ours and {told(there)} in theirs")
            return ours if self.favour is Side.OURS else theirs
        return {**ours, "status": status} if status else ours

    def _alive(self, base: Entry, kept_by_ours: bool) -> Entry:  # noqa: FBT001  which of two
        """What a task of the common version said, without the needs that its side took out with their tasks."""
        side = self.ours if kept_by_ours else self.theirs
        gone = {who for who in self.base.tasks if who not in side.tasks}
        entry = dict(base)
        if isinstance(entry.get("needs"), list):
            entry["needs"] = [need for need in entry["needs"] if need not in gone] or MISSING
        if entry.get("parent") in gone:
            del entry["parent"]
        return entry

    def _complete(self, found: dict[Who, Entry]) -> None:
        """Finds tasks that one side removed and the other names anew; if that one is favoured, they are back."""
        waiting = list(found)
        for who in waiting:
            for key, other in _ties(found[who]):
                if other in found or self._astray(who, key, other):
                    continue
                remover = Side.OURS if other not in self.ours.tasks else Side.THEIRS
                word = "has the parent" if key == "parent" else "needs"
                self._clash(f'task "{who.name}"', f"it {word} {told(other)}, which {remover} removed")
                if self.favour is not remover:
                    found[other] = (self.theirs if remover is Side.OURS else self.ours).tasks[other]
                    waiting.append(other)

    def _astray(self, who: Who, key: str, other: Who) -> bool:
        """Whether a side names a task that it does not have: that is an error of its own."""
        return any(
            other not in side.tasks and (key, other) in _ties(side.tasks.get(who, {}))
            for side in (self.ours, self.theirs)
        )

    def _named(self, who: Who, entry: Entry, names: Mapping[Who, str]) -> Entry:
        """The entry with names for tasks, and without those that are gone."""

        def name(key: str, other: Any) -> Any:
            if not isinstance(other, Who):
                return other
            return names.get(other) or (other.name if self._astray(who, key, other) else MISSING)

        found = dict(entry)
        if "parent" in found:
            found["parent"] = name("parent", found["parent"])
        if isinstance(found.get("needs"), list) and found["needs"]:
            needs = [name("needs", need) for need in found["needs"]]
            found["needs"] = [need for need in needs if need is not MISSING] or MISSING
        return {key: value for key, value in found.items() if value is not MISSING}

    def _table(self, base: Any, ours: Any, theirs: Any, path: tuple[str, ...]) -> dict[str, Any]:
        found = {}
        for key in {**ours, **theirs}:
            value = self._value(base.get(key), ours.get(key), theirs.get(key), (*path, key))
            if value is not MISSING:
                found[key] = value
        return found

    def _value(self, base: Any, ours: Any, theirs: Any, path: tuple[str, ...]) -> Any:
        try:
            return agreed(base, ours, theirs)
        except Clash:
            top = len(path) == 1  # who takes the last key out of such a table means that key alone
            if all(isinstance(value, dict) or (top and value is MISSING) for value in (ours, theirs)):
                return (
                    self._table(base if isinstance(base, dict) else {}, ours or {}, theirs or {}, path) or MISSING
                )
        where, key = _place(path)
        self._clash(where, f"{key} is {told(ours)} in ours and {told(theirs)} in theirs")
        return ours if self.favour is Side.OURS else theirs

    def _clash(self, where: str, why: str) -> None:
        self._conflicts.append(Conflict(where, why))


def _ties(entry: Entry) -> list[tuple[str, Who]]:
    """The keys and tasks by which an entry waits for others."""
    needs = entry.get("needs")
    named = [
        ("parent", entry.get("parent")),
        *(("needs", need) for need in (needs if isinstance(needs, list) else [])),
    ]
    return [(key, other) for key, other in named if isinstance(other, Who)]


def _place(path: tuple[str, ...]) -> tuple[str, str]:
    """The table of a key, and the key."""
    return (f"[{'.'.join(path[:-1])}]" if path[1:] else ""), path[-1]


def means(values: Mapping[str, Any], wish: Wish) -> bool:
    """Whether a file says what is wished; the order of tasks, needs and tags is of no account."""
    tasks = values.get("tasks", [])
    rest = {key: value for key, value in values.items() if key != "tasks"}
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        return False
    return same(rest, dict(wish.rest)) and same(list(_plain(tasks)), list(_plain(wish.tasks.values())))


def _plain(tasks: Any) -> Iterator[dict[str, Any]]:
    for task in sorted(tasks, key=lambda task: str(task.get("id"))):
        lists = {key: task[key] for key in ("needs", "tags") if isinstance(task.get(key), list)}
        yield {**task, **{key: sorted(value, key=str) for key, value in lists.items()}}
