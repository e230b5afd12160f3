"""What differs between the base, the file and Redis, and which way each difference goes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

from planner.plan import Plan
from planner.sync.entries import plain
from tinytown.states import TaskState


class Side(StrEnum):
    """Who changed something since the last sync."""

    FILE = "file"
    LIVE = "live"
    BOTH = "both"
    """Both, and to the same: only the base has to catch up."""
    AGAINST = "against"
    """Both, and differently."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one task, or a whole task.

    Args:
        id: The task's id in the plan; None for what belongs to the plan as a whole.
        field: The field; None for the whole task. `group`, which follows from the others, if that moves the task.
        base: Its value when file and Redis were last in step, as JSON has it.
        file: Its value in the file.
        live: Its value in Redis.
        line: Where in the file, 1-based; None if nowhere.
        column: Ditto, in characters.
        side: Who changed it.
        reason: Why it is not simply done; empty if it is.
        note: What else is to be said of it.
        prunable: Whether `--prune` takes the task out of Redis.
        busy: Whether an agent has the task in hand.
    """

    id: str | None
    field: str | None
    base: Any
    file: Any
    live: Any
    line: int | None
    column: int | None
    side: Side
    reason: str = ""
    note: str = ""
    prunable: bool = False
    busy: bool = False

    @property
    def resets(self) -> bool:
        """Whether doing it in Redis throws away finished work. What failed or was called off is no such work."""
        completed = TaskState.COMPLETED.value
        return self.field == "status" and self.side is not Side.BOTH and self.live == completed != self.file

    @property
    def must_wait(self) -> bool:
        """Whether it is in conflict only as long as the task's attempt lasts."""
        return self.field == "group" and bool(self.reason)

    def as_dict(self) -> dict[str, Any]:
        """The change for JSON."""
        names = ("id", "field", "base", "file", "live", "line", "column")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Changes:
    """All differences. `push()` and `pull()` are the two views of them.

    Args:
        create: Tasks that the file has and Redis has not, or (side `live`) the reverse.
        update: Fields that differ.
        delete: Tasks that were taken out of the file and never started.
        conflicts: What forbids the whole sync; the reason says why.
        kept: Tasks that were taken out of the file and stay in Redis; the reason says why.
        derived: Ids of tasks whose order or the like must be written; nobody needs to be told.
        unchanged: How many tasks of the file have no difference.
        unfinished: Whether a push in several pieces was cut off: the next one completes it.
        reported: In a view, the changes that go the other way.
    """

    create: tuple[Change, ...] = ()
    update: tuple[Change, ...] = ()
    delete: tuple[Change, ...] = ()
    conflicts: tuple[Change, ...] = ()
    kept: tuple[Change, ...] = ()
    derived: frozenset[str] = frozenset()
    unchanged: int = 0
    unfinished: bool = False
    reported: tuple[Change, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write and nothing in the way."""
        told = self.create or self.update or self.delete or self.conflicts
        return not (told or self.derived or self.unfinished)

    @property
    def writes_file(self) -> bool:
        """Whether a pull would change the file, not only what is remembered."""
        return any(change.side is Side.LIVE for change in (*self.create, *self.update))

    @property
    def needs_confirmation(self) -> tuple[Change, ...]:
        """What a person must agree to before it is pushed: deletions, and finished work that is reset."""
        return (*self.delete, *(change for change in self.update if change.resets))

    def push(self) -> Self:
        """What a push would do."""
        return self._view(Side.FILE, self.conflicts, self.delete, self.derived)

    def pull(self) -> Self:
        """What a pull would do."""
        conflicts = tuple(change for change in self.conflicts if change.side is Side.AGAINST)
        return replace(self._view(Side.LIVE, conflicts, (), frozenset()), unfinished=False)

    def forced(self, winner: Side) -> Self:
        """The same with the conflicts decided.

        Args:
            winner: `file` or `live`.
        """
        decided = [replace(change, side=winner) for change in self.conflicts]
        whole = tuple(change for change in decided if change.field is None)
        fields = tuple(change for change in decided if change.field is not None)
        return replace(
            self,
            conflicts=(),
            update=_in_order((*self.update, *fields)),
            delete=(*self.delete, *whole) if winner is Side.FILE else self.delete,
        )

    def pruned(self, *, cancel_running: bool) -> Self:
        """The same with tasks that have left the file deleted, though they have run.

        Args:
            cancel_running: Whether to take them out of the hands of agents too.
        """
        goes = [change for change in self.kept if change.prunable and (cancel_running or not change.busy)]
        going = {change.id for change in goes}
        stays = [change for change in self.kept if change.id not in going]
        return replace(
            self,
            delete=(*self.delete, *goes),
            kept=tuple(
                replace(change, reason=f"{change.reason}; --cancel-running takes it from its agent")
                if change.busy
                else change
                for change in stays
            ),
        )

    def only(self, ids: Iterable[str]) -> Self:
        """What concerns some tasks; nothing of the plan as a whole."""
        wanted = frozenset(ids)

        def of(changes: tuple[Change, ...]) -> tuple[Change, ...]:
            return tuple(change for change in changes if change.id in wanted)

        return replace(
            self,
            create=of(self.create),
            update=of(self.update),
            delete=of(self.delete),
            conflicts=of(self.conflicts),
            kept=of(self.kept),
            derived=self.derived & wanted,
            unfinished=False,
            reported=of(self.reported),
        )

    def as_dict(self) -> dict[str, Any]:
        """The changes for JSON."""
        return {
            "create": [change.as_dict() for change in self.create],
            "update": [change.as_dict() for change in self.update],
            "delete": [change.as_dict() for change in self.delete],
            "conflicts": [{**change.as_dict(), "reason": change.reason} for change in self.conflicts],
            "kept": [{**change.as_dict(), "reason": change.reason} for change in self.kept],
            "unchanged": self.unchanged,
            "unfinished": self.unfinished,
        }

    def _view(
        self,
        side: Side,
        conflicts: tuple[Change, ...],
        delete: tuple[Change, ...],
        derived: frozenset[str],
    ) -> Self:
        def ours(change: Change) -> bool:
            return change.side in (side, Side.BOTH)

        return replace(
            self,
            create=tuple(filter(ours, self.create)),
            update=tuple(filter(ours, self.update)),
            delete=delete,
            conflicts=conflicts,
            derived=derived,
            reported=tuple(c for c in (*self.create, *self.update) if not ours(c)),
        )


def change_of(
    plan: Plan, name: str, key: str | None, values: tuple[Any, Any, Any], side: Side, *, reason: str = ""
) -> Change:
    """A change with its place; the values are those of base, file and Redis, as an entry holds them."""
    span = plan.place(name, key)
    base, file, live = map(plain, values)
    line, column = (span.line, span.column) if span else (None, None)
    return Change(name, key, base, file, live, line, column, side, reason)


def _in_order(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: (change.line or 0, change.column or 0)))
