"""Writes what a push makes of the tasks: in one transaction, or a very large push in several.

A push in pieces begins by a mark in the plan's hash, and ends by taking it away. As long as it stands no conductor
decides anything, and what it had decided before is refused, for the mark moves the plan's generation on. So a push
that is cut off, anywhere, leaves nothing that could be released wrongly; what is written is written task by task
with its base, and the next push does the rest.
"""

from collections.abc import Callable, Sequence

from planner.plan import Plan
from planner.sync.outcome import Write
from planner.sync.store import Snapshot, Store
from tinytown.events import task_event, town_event
from tinytown.ids import new_id
from tinytown.keys import GENERATION, PUSHING
from tinytown.states import TaskState
from tinytown.tasks import Task
from tinytown.transaction import Transaction

PIECE = 4000
"""So many tasks go into one transaction: about a tenth of a second in which Redis serves nobody else."""

_STEERING = ("agent", "role", "run", "parent_id", "needs", "group", "state", "when", "approval")
"""Fields on which it depends whether a task belongs into the backlog."""

Progress = Callable[[int, int], None]
"""Is told how many tasks of how many are written."""


def write(
    store: Store, plan: Plan, snapshot: Snapshot, writes: Sequence[Write], *, whole: bool, tell: Progress
) -> int:
    """Writes everything.

    Args:
        store: The plan in Redis.
        plan: The file.
        snapshot: What was read, and is expected to be there still.
        writes: What becomes of each task.
        whole: Whether all of the plan is meant: then it is complete afterwards.
        tell: Is told how far it is.

    Returns:
        The plan's generation afterwards.

    Raises:
        StaleError: Something moved in the meantime. What goes in one transaction was not written; of several, the
            first ones may be.
    """
    generation = snapshot.generation + 1
    transaction = store.transaction(snapshot)
    if len(writes) > PIECE:
        push = str(new_id())
        mark = f"{push} 0"
        transaction.set_field(store.keys.plan, PUSHING, mark)
        _conclude(transaction, generation, "plan.pushing").commit(store.connection)
        for start in range(0, len(writes), PIECE):
            tell(start, len(writes))
            piece = Transaction(store.keys).expect_field(store.keys.plan, PUSHING, mark)
            for one in writes[start : start + PIECE]:
                _task(store, piece, snapshot, one)
            mark = f"{push} {start + PIECE}"  # it moves on, so that nobody reads half of a piece unawares
            piece.set_field(store.keys.plan, PUSHING, mark).commit(store.connection)
        tell(len(writes), len(writes))
        transaction = Transaction(store.keys).expect_field(store.keys.plan, PUSHING, mark)
        transaction.expect_field(store.keys.plan, GENERATION, str(generation))
        generation += 1
    else:
        for one in writes:
            _task(store, transaction, snapshot, one)
    if whole:
        store.note_plan(transaction, snapshot, plan)
    if whole or not snapshot.known.unfinished:
        transaction.delete_field(store.keys.plan, PUSHING)
    _conclude(transaction, generation, "plan.pushed").commit(store.connection)
    return generation


def _conclude(transaction: Transaction, generation: int, what: str) -> Transaction:
    transaction.set_field(transaction.keys.plan, GENERATION, str(generation))
    return transaction.tell(town_event(what, generation=str(generation)))


def _task(store: Store, transaction: Transaction, snapshot: Snapshot, write: Write) -> None:
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
    if write.tombstone is not None:
        store.entomb(transaction, write.name, write.tombstone)
    if write.lifted is not None:
        store.lift(transaction, write.lifted)
    subject = after or before
    for verb in write.events:
        if subject is not None:
            transaction.tell(task_event(verb, subject))
    store.remember(transaction, snapshot, write.name, write.base)


def _leaves_backlog(before: Task, after: Task) -> bool:
    """Whether it may no longer belong there; the conductor puts it back if it does."""
    waiting = before.state is TaskState.PENDING and before.unassigned
    return waiting and any(getattr(before, name) != getattr(after, name) for name in _STEERING)
