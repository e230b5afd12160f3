"""Pull: what changed in Redis is written into the file; every other byte of it stays.

The file goes first, then the base. If we die in between, file and Redis agree already, and the next sync only
has the base to catch up with.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from planner.document import Document
from planner.edit.splice import Append, EditError, Put, edited
from planner.plan import Entry, Plan
from planner.read import interpret, require_plan
from planner.sync.changes import Changes, Side
from planner.sync.compare import compare
from planner.sync.known import Remembered, recall
from planner.sync.newcomers import appends, newcomers
from planner.sync.outcome import adopted, pulled, value_of
from planner.sync.push import TRIES
from planner.sync.refusals import SyncConflictError
from planner.sync.selection import check_selection
from planner.sync.store import Snapshot, Store
from planner.uncollected import uncollected
from tinytown.errors import StaleError
from tinytown.events import task_event
from tinytown.replace import replace_file
from tinytown.roster import Roster
from tinytown.tasks import Task


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull has done.

    Args:
        changes: What there was to do.
        written: Whether the file or the base was written.
    """

    changes: Changes
    written: bool


@uncollected()
def pull(
    store: Store,
    path: Path,
    *,
    force: bool = False,
    dry_run: bool = False,
    managed_only: bool = False,
    only: Collection[str] | None = None,
) -> Pulled:
    """Writes what changed in Redis into the file.

    Args:
        store: The plan in Redis.
        path: The file.
        force: Whether Redis wins conflicts.
        dry_run: Whether to work everything out and write nothing.
        managed_only: Whether to leave out tasks that only Redis knows.
        only: The ids of the tasks that are meant; all if absent.

    Raises:
        SyncConflictError: File and Redis disagree; nothing was written.
        InvalidPlanError: The file has errors.
        StaleError: The file or Redis changes faster than we can read it.
        TinytownError: The file cannot be read, edited or written.
    """
    for attempt in range(1, TRIES + 1):
        plan = require_plan(path)
        snapshot = store.read()
        known = recall(plan, snapshot.known)
        changes = _wanted(plan, known, force=force, managed_only=managed_only, only=only)
        unfinished = [name for name, task in known.live.items() if task.plan_id is None]
        if dry_run or not (unfinished or not changes.empty):
            return Pulled(changes, written=False)
        if changes.conflicts:
            raise SyncConflictError(changes)
        try:
            _Step(store, path, plan, snapshot, known, changes).take()
        except StaleError:
            if attempt == TRIES:
                raise
            continue
        return Pulled(changes, written=True)
    raise AssertionError  # the loop ends by a return or a raise


def _wanted(
    plan: Plan, known: Remembered, *, force: bool, managed_only: bool, only: Collection[str] | None
) -> Changes:
    changes = compare(plan, known).pull()
    if managed_only:
        changes = replace(changes, create=())
    if only is not None:
        check_selection(only, plan, known)
        changes = changes.only(only)
    return changes.forced(Side.LIVE) if force else changes


@dataclass(frozen=True)
class _Step:
    """One try: what was read, and what is to be done about it."""

    store: Store
    path: Path
    plan: Plan
    snapshot: Snapshot
    known: Remembered
    changes: Changes

    def take(self) -> None:
        fresh = newcomers(self.changes, self.plan, self.known)
        puts = list(_puts(self.plan, self.changes))
        wishes: list[Put | Append] = [*puts, *appends(fresh, self.plan, self.known, self._agents(fresh))]
        before = self.plan.document.source.data
        document = edited(self.plan.document, wishes) if wishes else self.plan.document
        then = self.plan
        if self._redefines(puts, fresh):
            then = _checked(self.plan, document, puts)
        if document is not self.plan.document:
            replace_file(self.path, before, document.source.data)
        self._remember(then, fresh)

    def _redefines(self, puts: list[Put], fresh: Mapping[str, Task]) -> bool:
        """Whether more changes than statuses, of which none makes a good plan a bad one."""
        unfinished = any(task.plan_id is None for task in self.known.live.values())
        return bool(fresh) or unfinished or any(put.key != "status" for put in puts)

    def _remember(self, then: Plan, fresh: Mapping[str, Task]) -> None:
        transaction = self.store.transaction(self.snapshot)
        for name, base in pulled(self.changes, self.plan, self.known):
            self.store.remember(transaction, self.snapshot, name, base)
        live = {**self.known.live, **fresh}
        for name, task in live.items():
            if task.plan_id is None:
                entry = then.by_id[name]
                after = adopted(entry, task, live)
                transaction.change_task(self.snapshot.held[task.id], after)
                transaction.tell(task_event("updated", after))
                if not after.unassigned:  # a default agent may be named for it now
                    transaction.drop_from_backlog(task.id)
                base = entry.evolve(status=entry.status or task.state)
                self.store.remember(transaction, self.snapshot, name, base)
        transaction.commit(self.store.connection)

    def _agents(self, fresh: Mapping[str, Task]) -> dict[str, str]:
        if all(task.agent or not task.assigned_to for task in fresh.values()):
            return {}
        everyone = Roster(self.store.connection, self.store.keys).all()
        return {str(held.value.id): held.value.name for held in everyone.values()}


def _puts(plan: Plan, changes: Changes) -> Iterator[Put]:
    for change in changes.update:
        if change.id is None or change.field is None or change.side is not Side.LIVE:
            continue
        yield Put(plan.by_id[change.id].order, change.field, change.live)


def _checked(plan: Plan, document: Document, puts: list[Put]) -> Plan:
    """The plan that the new file means; every task must be what it was but for the fields put."""
    name = plan.document.source.name
    then = interpret(document).plan
    wanted = {entry.id: entry for entry in plan.entries}
    for put in puts:
        entry = plan.entries[put.position]
        wanted[entry.id] = wanted[entry.id].evolve(**{put.key: value_of(put.key, put.value)})
    if then is None or any(_differs(then.by_id.get(name), entry) for name, entry in wanted.items()):
        raise EditError(
            f"{name} cannot say what Redis holds without saying something else too; it was left as it is",
            "See what differs with `tt sync diff`, and change the file by hand.",
        )
    return then


def _differs(entry: Entry | None, wanted: Entry) -> bool:
    return entry is None or entry.evolve(group=False) != wanted.evolve(group=False)
