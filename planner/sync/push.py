"""Push: what changed in the file becomes true in Redis, all of it or nothing."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from planner.plan import Plan
from planner.sync.changes import Changes, Side
from planner.sync.compare import Remembered, adopt, compare
from planner.sync.outcome import Write, pushed
from planner.sync.selection import check_selection
from planner.sync.store import Snapshot, Store
from tinytown.errors import ConflictError, StaleError, UsageError
from tinytown.events import task_event, town_event
from tinytown.keys import GENERATION
from tinytown.states import TaskState
from tinytown.tasks import Task
from tinytown.transaction import Transaction

TRIES = 5
"""So often is a sync tried anew when a task moves under its feet."""

_STEERING = ("agent", "role", "run", "parent_id", "needs", "group", "state")
"""Fields on which it depends whether a task belongs into the backlog."""


class SyncConflictError(ConflictError):
    """File and Redis say different things; nothing was written.

    Args:
        changes: All that differs.
        remedy: What to do.
    """

    def __init__(self, changes: Changes, remedy: str) -> None:
        first = changes.conflicts[0]
        what = f'task "{first.id}"' + (f", {first.field}" if first.field else "")
        more = f", and {len(changes.conflicts) - 1} more" if len(changes.conflicts) > 1 else ""
        super().__init__(f"{what}: {first.reason}{more}; nothing was written", remedy)
        self.changes = changes


class UnconfirmedError(UsageError):
    """The push would delete tasks or reset finished work, and nobody has agreed to that.

    Args:
        changes: What it would do.
    """

    def __init__(self, changes: Changes) -> None:
        resets = len(changes.needs_confirmation) - len(changes.delete)
        parts = [
            f"{verb} {count} {noun}{'s' * (count > 1)}"
            for verb, count, noun in (
                ("delete", len(changes.delete), "task"),
                ("reset", resets, "finished task"),
            )
            if count
        ]
        super().__init__(
            f"this would {' and '.join(parts)}; nothing was written",
            "`tt sync diff` shows which; to agree: tt sync push --yes",
        )
        self.changes = changes


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push has done.

    Args:
        changes: What there was to do.
        generation: How many pushes have written something so far.
        written: Whether this one has.
    """

    changes: Changes
    generation: int
    written: bool


def differences(store: Store, plan: Plan) -> Changes:
    """All that differs between file, base and Redis, in both directions."""
    return compare(plan, adopt(plan, store.read().known))


def push(
    store: Store,
    plan: Plan,
    *,
    force: bool = False,
    dry_run: bool = False,
    only: Collection[str] | None = None,
    confirm: Callable[[Changes], bool] | None = None,
) -> Pushed:
    """Writes what changed in the file to Redis.

    Args:
        store: The plan in Redis.
        plan: The file.
        force: Whether the file wins conflicts, and may move tasks that are under way.
        dry_run: Whether to work everything out and write nothing.
        only: The ids of the tasks that are meant; all if absent.
        confirm: Asked before tasks are deleted or finished work is reset; absent means no.

    Raises:
        SyncConflictError: File and Redis disagree; nothing was written.
        UnconfirmedError: `confirm` is absent and needed; nothing was written.
        StaleError: Redis changes faster than we can read it.
    """
    agreed: object = None
    for attempt in range(1, TRIES + 1):
        snapshot = store.read()
        known = adopt(plan, snapshot.known)
        changes = _wanted(plan, known, force=force, only=only)
        if dry_run or changes.empty:
            return Pushed(changes, snapshot.generation, written=False)
        if changes.conflicts:
            raise SyncConflictError(
                changes,
                "Take Redis's side with `tt sync pull --force`, or the file's with `tt sync push --force`.",
            )
        if changes.needs_confirmation and changes.needs_confirmation != agreed:
            if confirm is None:
                raise UnconfirmedError(changes)
            if not confirm(changes):
                return Pushed(changes, snapshot.generation, written=False)
            agreed = changes.needs_confirmation
        try:
            _write(store, plan, snapshot, known, changes, whole=only is None)
        except StaleError:
            if attempt == TRIES:
                raise
            continue
        return Pushed(changes, snapshot.generation + 1, written=True)
    raise AssertionError  # the loop ends by a return or a raise


def _wanted(plan: Plan, known: Remembered, *, force: bool, only: Collection[str] | None) -> Changes:
    changes = compare(plan, known).push()
    if only is not None:
        check_selection(only, plan, known)
        changes = changes.only(only)
    return changes.forced(Side.FILE) if force else changes


def _write(
    store: Store, plan: Plan, snapshot: Snapshot, known: Remembered, changes: Changes, *, whole: bool
) -> None:
    transaction = store.transaction(snapshot)
    for write in pushed(changes, plan, known, store.town):
        _task(transaction, snapshot, write)
        store.remember(transaction, snapshot, write.name, write.base)
    if whole:
        store.note_plan(transaction, snapshot, plan)
    generation = str(snapshot.generation + 1)
    transaction.set_field(store.keys.plan, GENERATION, generation)
    transaction.tell(town_event("plan.pushed", generation=generation))
    transaction.commit(store.connection)


def _task(transaction: Transaction, snapshot: Snapshot, write: Write) -> None:
    before, after = write.before, write.after
    if after is None:
        if before is not None:
            transaction.delete_task(snapshot.held[before.id])
    elif before is None:
        transaction.create_task(after)
    elif after != before:
        transaction.change_task(snapshot.held[before.id], after)
        if _leaves_backlog(before, after):
            transaction.drop_from_backlog(after.id)
    subject = after or before
    for verb in write.events:
        if subject is not None:
            transaction.tell(task_event(verb, subject))


def _leaves_backlog(before: Task, after: Task) -> bool:
    """Whether it may no longer belong there; the conductor puts it back if it does."""
    waiting = before.state is TaskState.PENDING and before.unassigned
    return waiting and any(getattr(before, name) != getattr(after, name) for name in _STEERING)
