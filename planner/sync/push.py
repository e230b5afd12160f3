"""Push: what changed in the file becomes true in Redis, all of it or nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from planner.plan import Plan
from planner.sync.changes import Changes, Side
from planner.sync.compare import compare
from planner.sync.known import Remembered, recall
from planner.sync.outcome import pushed
from planner.sync.pieces import Progress, write
from planner.sync.refusals import SyncConflictError, UnconfirmedError
from planner.sync.selection import check_renames, check_selection
from planner.sync.store import Store
from planner.uncollected import uncollected
from tinytown.errors import StaleError

TRIES = 10
"""So often is a sync tried anew when a task moves under its feet."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms to push.

    Args:
        force: Whether the file wins conflicts, and may move tasks that are under way.
        only: The ids of the tasks that are meant; all if None.
        prune: Whether tasks that have left the file go, though they have run.
        cancel_running: Whether those go too that an agent has in hand.
    """

    force: bool = False
    only: tuple[str, ...] | None = None
    prune: bool = False
    cancel_running: bool = False


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
    return compare(plan, recall(plan, store.read().known))


@uncollected()
def push(
    store: Store,
    plan: Plan,
    terms: Terms = Terms(),
    *,
    dry_run: bool = False,
    confirm: Callable[[Changes], bool] | None = None,
    inspect: Callable[[Changes], None] = lambda _: None,
    tell: Progress = lambda _done, _all: None,
) -> Pushed:
    """Writes what changed in the file to Redis.

    Args:
        store: The plan in Redis.
        plan: The file.
        terms: On what terms.
        dry_run: Whether to work everything out and write nothing.
        confirm: Asked before tasks are deleted or finished work is reset; absent means no.
        inspect: Sees what is about to be done, and may raise to forbid it.
        tell: Is told how far a push in several pieces is.

    Raises:
        SyncConflictError: File and Redis disagree; nothing was written.
        UnconfirmedError: `confirm` is absent and needed; nothing was written.
        StaleError: Redis changes faster than we can read it.
    """
    agreed: object = None
    for attempt in range(1, TRIES + 1):
        snapshot = store.read()
        known = recall(plan, snapshot.known)
        changes = wanted(plan, known, terms)
        inspect(changes)
        if dry_run or changes.empty:
            return Pushed(changes, snapshot.generation, written=False)
        if changes.conflicts:
            raise SyncConflictError(changes)
        if changes.needs_confirmation and changes.needs_confirmation != agreed:
            if confirm is None:
                raise UnconfirmedError(changes)
            if not confirm(changes):
                return Pushed(changes, snapshot.generation, written=False)
            agreed = changes.needs_confirmation
        writes = list(pushed(changes, plan, known, store.town))
        try:
            generation = write(store, plan, snapshot, writes, whole=terms.only is None, tell=tell)
        except StaleError:
            if attempt == TRIES:
                raise
            continue
        return Pushed(changes, generation, written=True)
    raise AssertionError  # the loop ends by a return or a raise


def wanted(plan: Plan, known: Remembered, terms: Terms) -> Changes:
    """What a push would do on these terms.

    Raises:
        UnknownTaskError, UsageError: The tasks that are meant do not exist, or cannot go alone.
    """
    changes = compare(plan, known).push()
    if terms.prune:
        changes = changes.pruned(cancel_running=terms.cancel_running)
    if terms.only is not None:
        check_selection(terms.only, plan, known)
        check_renames(terms.only, plan, known)
        changes = changes.only(terms.only)
    return changes.forced(Side.FILE) if terms.force else changes
