"""What a sync makes of each task: the values to write, worked out before anything is written."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from planner.plan import Entry, Plan
from planner.sync.changes import Change, Changes, Side
from planner.sync.entries import DEFINITION, wish
from planner.sync.known import Remembered
from tinytown.clock import now
from tinytown.ids import task_id
from tinytown.states import TASK_MOVES, UNDER_WAY, TaskState
from tinytown.tasks import Priority, Task, When

BY_HAND = "by hand, in tasks.toml"

_VERBS = {
    TaskState.PENDING: "requeued",
    TaskState.COMPLETED: "completed",
    TaskState.FAILED: "failed",
    TaskState.CANCELLED: "cancelled",
}


@dataclass(frozen=True, slots=True)
class Write:
    """What becomes of one task.

    Args:
        name: Its id in the plan.
        before: The task as it was read; None if it is to be created.
        after: The task as it is to be; None if it is to be deleted; `before` itself if it stays.
        base: The entry to remember; None to forget it.
        events: The verbs to tell.
        tombstone: The completed task to keep in mind now that it is deleted.
        lifted: The id whose tombstone goes, because the task is back.
    """

    name: str
    before: Task | None
    after: Task | None
    base: Entry | None
    events: tuple[str, ...] = ()
    tombstone: Task | None = None
    lifted: str | None = None


def pushed(changes: Changes, plan: Plan, known: Remembered, town: str) -> Iterator[Write]:
    """What a push writes.

    Args:
        changes: The push's view of the changes, without conflicts.
        plan: The file.
        known: Base and Redis.
        town: The town's name, which the ids of new tasks depend on.
    """
    id_of = _Ids(known, town)
    created = {change.id for change in changes.create}
    for change in changes.create:
        entry = plan.by_id[change.id or ""]
        yield _created(entry, id_of, known)
    updates = _by_task(changes)
    for name in [entry.id for entry in plan.entries if entry.id in updates or entry.id in changes.derived]:
        if name in known.live:
            yield _updated(plan.by_id[name], updates.get(name, ()), known, id_of)
    for change in changes.delete:
        yield _deleted(change.id or "", known.live[change.id or ""])
    for name in changes.derived:
        if name not in plan.by_id:
            yield Write(name, None, None, None)
    done = {old: new for new, old in known.renames.items() if new in updates or new in created}
    for old in done:
        if old not in plan.by_id:  # else another task has that name now
            yield Write(old, None, None, None)
    if done:
        deleted = {change.id for change in changes.delete}
        yield from _followed(done, plan, known, {*updates, *created, *changes.derived, *deleted})


def pulled(changes: Changes, plan: Plan, known: Remembered) -> Iterator[tuple[str, Entry]]:
    """The entries to remember after a pull has written the file.

    Args:
        changes: The pull's view of the changes, without conflicts.
        plan: The file as it was before the pull.
        known: Base and Redis.
    """
    for name, fields in _by_task(changes).items():
        base = known.base.get(name) or plan.by_id[name].evolve(status=wish(plan.by_id[name]))
        base = base.evolve(**{c.field: value_of(c.field, c.live) for c in fields if c.field})
        # Until they are pushed, renames have not happened for the base.
        known_as = known.renames.get(name, name)
        yield known_as, base.evolve(id=known_as, parent=known.renames.get(base.parent or "", base.parent))


def adopted(entry: Entry, task: Task, live: Mapping[str, Task]) -> Task:
    """A task that now belongs to an entry of the file, and is defined by it; its state stays.

    Args:
        entry: The entry.
        task: The task.
        live: All tasks by plan id, for the parent.
    """

    def id_of(name: str) -> UUID:
        return live[name].id

    told = {**_told(entry, DEFINITION, id_of), **_derived(entry)}
    if task.state in UNDER_WAY:
        told["group"] = task.group  # whether it may become one now is for the next push to judge
    return task.evolve(plan_id=entry.id, **told)


def value_of(key: str, value: Any) -> Any:
    """A plain value as an entry holds it."""
    if key == "status":
        return TaskState(value)
    if key == "priority":
        return Priority(value)
    if key == "when":
        return When(value)
    return tuple(value) if isinstance(value, list) else value


def _by_task(changes: Changes) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {}
    for change in changes.update:
        if change.id is not None:
            found.setdefault(change.id, []).append(change)
    return found


class _Ids:
    """The tasks' own ids by their ids in the plan; new ones are the same in every clone.

    Unless the task that was renamed, or adopted, and bears that id goes on living under another name.
    """

    def __init__(self, known: Remembered, town: str) -> None:
        self._town = town
        there = {*(task.id for task in known.live.values()), *(task.id for task in known.unplanned)}
        gone = {name: task.id for name, task in known.gone.items() if task.id not in there}
        self._ids = {**gone, **{name: task.id for name, task in known.live.items()}}
        self._taken = {*there, *gone.values()}

    def __call__(self, name: str) -> UUID:
        if name not in self._ids:
            fresh = task_id(self._town, name)
            while fresh in self._taken:
                fresh = task_id(self._town, f"{name} {fresh}")
            self._ids[name] = fresh
            self._taken.add(fresh)
        return self._ids[name]


def _created(entry: Entry, id_of: _Ids, known: Remembered) -> Write:
    own, told = id_of(entry.id), {**_told(entry, DEFINITION, id_of), **_derived(entry)}
    before = known.gone.get(entry.id)
    if before is not None:  # completed once and pruned since: what the file says of its status is of the past
        status = entry.status or TaskState.COMPLETED
        task = before.evolve(id=own, plan_id=entry.id, **told)
        lifted = known.renames.get(entry.id, entry.id)
        return Write(entry.id, None, task, _base(entry, status), ("created",), lifted=lifted)
    task = Task(id=own, plan_id=entry.id, **told)
    status = wish(entry)
    return Write(entry.id, None, _moved(task, status), _base(entry, status), ("created",))


def _deleted(name: str, task: Task) -> Write:
    events = ("cancelled", "deleted") if task.state in UNDER_WAY else ("deleted",)
    return Write(name, task, None, None, events, tombstone=task if task.state is TaskState.COMPLETED else None)


def _followed(
    renamed: Mapping[str, str], plan: Plan, known: Remembered, others: Collection[str | None]
) -> Iterator[Write]:
    """What becomes of all other tasks when those that they wait for are renamed.

    For their parents only the base has to catch up. Needs are names in Redis too; those of tasks that have left
    the file and stay are not in anybody's hands but ours.
    """

    def called(task: str, names: tuple[str, ...]) -> tuple[str, ...]:
        return names if task in plan.by_id else tuple(renamed.get(name, name) for name in names)

    parents = {*renamed.values()}
    for name, base in known.base.items():
        task = known.live.get(name)
        if task is None or name in others:
            continue
        if base.parent in parents or renamed.keys() & {*base.needs, *task.needs}:
            after = task.evolve(needs=called(name, task.needs))
            events = () if after == task else ("updated",)
            yield Write(name, task, after, base.evolve(needs=called(name, base.needs)), events)
    for task in known.unplanned:
        if renamed.keys() & {*task.needs}:
            name = str(task.id)
            yield Write(name, task, task.evolve(needs=called(name, task.needs)), None, ("updated",))


def _base(entry: Entry, status: TaskState) -> Entry:
    """What is remembered of an entry."""
    return entry.evolve(status=status)


def _updated(entry: Entry, changes: Sequence[Change], known: Remembered, id_of: _Ids) -> Write:
    before = known.live[entry.id]
    base = known.base.get(entry.id)
    fields = [change.field for change in changes]
    definition = [name for name in fields if name in DEFINITION]
    from_file = {name: getattr(entry, name) for name in definition}
    status = next((c for c in changes if c.field == "status"), None)
    after = before.evolve(plan_id=entry.id, **_told(entry, definition, id_of), **_derived(entry))
    if before.plan_id is None:  # it may need others by their own ids
        after = after.evolve(needs=entry.needs)
    events: list[str] = []
    if "group" in fields:  # an attempt is given up, or an open group becomes a task that has not started
        after = after.requeue() if before.group else after.rerun()
        events.append("requeued")
    if any(c.side is Side.FILE for c in changes if c.field in (*DEFINITION, "id")):
        after = after.evolve(updated_at=now())
        events.append("updated")
    if status is not None:
        from_file["status"] = TaskState(status.file)
        if status.side is Side.FILE:
            after = _moved(after, TaskState(status.file))
            events.append(_VERBS[TaskState(status.file)])
    derived = {**_derived(entry), "was": entry.was}
    remembered = (base or _base(entry, TaskState.PENDING)).evolve(**from_file, **derived)
    lifted = entry.id if entry.id in known.gone else None
    return Write(entry.id, before, after, remembered, tuple(events), lifted=lifted)


def _told(entry: Entry, names: Iterable[str], id_of: Callable[[str], UUID]) -> dict[str, Any]:
    """The task's fields for the entry's."""
    told = {name: getattr(entry, name) for name in names if name != "parent"}
    if "parent" in names:
        told["parent_id"] = id_of(entry.parent) if entry.parent else None
    return told


def _derived(entry: Entry) -> Mapping[str, Any]:
    return {"order": entry.order, "group": entry.group}


def _moved(task: Task, target: TaskState) -> Task:
    """The task in the state that a person asked for, if need be by way of pending."""
    if target is task.state:
        return task
    if target not in TASK_MOVES[task.state]:
        task = task.rerun()
    match target:
        case TaskState.COMPLETED:
            return task.complete(BY_HAND)
        case TaskState.FAILED:
            return task.fail(BY_HAND)
        case TaskState.CANCELLED:
            return task.cancel(BY_HAND)
    return task.rerun() if task.state is not TaskState.PENDING else task
