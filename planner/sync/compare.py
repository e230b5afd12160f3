"""Compares base, file and Redis, field by field. Pure: values in, changes out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from planner.plan import Entry, Plan, TeamMember
from planner.sync.changes import Change, Changes, Side
from tinytown.states import TaskState
from tinytown.tasks import BY_MESSAGE, Task

DEFINITION = (
    "description",
    "agent",
    "role",
    "parent",
    "needs",
    "run",
    "accept",
    "when",
    "retries",
    "retry_delay",
    "timeout",
    "priority",
    "estimate",
    "approval",
    "pool",
    "tags",
)
"""The fields that say what a task is. `status` is shared; order and group follow from the file."""

_WHOLE = {
    "description": ("meta", "description"),
    "default_agent": ("meta", "default_agent"),
    "on_failure": ("meta", "on_failure"),
    "max_parallel": ("meta", "max_parallel"),
    "pools": ("pools",),
}
"""What belongs to the plan as a whole, and where it is written."""

_ADOPTABLE = re.compile(r"task-([0-9a-f]{8,32})")
_UNDER_WAY = frozenset({TaskState.ASSIGNED, TaskState.RUNNING})
_UNKNOWN: Any = object()
"""A base value that nobody knows: equal to nothing."""


@dataclass(frozen=True)
class Remembered:
    """What Redis knows of a plan, without the store's own matters.

    Args:
        base: The entries as last synced.
        live: The tasks by their plan id.
        unplanned: Tasks that no plan knows.
        meta: `[meta]` as last pushed.
        team: `[agents]` as last pushed.
    """

    base: Mapping[str, Entry] = field(default_factory=dict)
    live: Mapping[str, Task] = field(default_factory=dict)
    unplanned: Sequence[Task] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)
    team: tuple[TeamMember, ...] = ()


def adopt(plan: Plan, known: Remembered) -> Remembered:
    """Gives back to their entries those tasks that a pull has appended to the file without finishing.

    The id of an appended entry is made of the task's own id, so that the two find each other again.
    """
    hexes = {task.id.hex: task for task in known.unplanned}
    adopted: dict[str, Task] = {}
    for entry in plan.entries:
        found = _ADOPTABLE.fullmatch(entry.id)
        if found and entry.id not in known.live:
            fitting = [task for digits, task in hexes.items() if digits.startswith(found[1])]
            if len(fitting) == 1:
                adopted[entry.id] = fitting[0]
    if not adopted:
        return known
    taken = {task.id for task in adopted.values()}
    return Remembered(
        base=known.base,
        live={**known.live, **adopted},
        unplanned=[task for task in known.unplanned if task.id not in taken],
        meta=known.meta,
        team=known.team,
    )


def compare(plan: Plan, known: Remembered) -> Changes:
    """The differences, before anybody decides which way to sync.

    Args:
        plan: The file.
        known: Base and Redis, after `adopt`.
    """
    names = names_of(known.live)
    told: list[Change] = list(_of_plan(plan, known))
    create: list[Change] = []
    derived: set[str] = set()
    touched: set[str] = set()
    for entry in plan.entries:
        task, base = known.live.get(entry.id), known.base.get(entry.id)
        if task is None:
            create.append(_change(plan, entry.id, None, (None, definition_of(entry), None), Side.FILE))
            continue
        live = entry_of(entry.id, task, names)
        found = list(_fields(plan, entry, base, live, adopted=task.plan_id is None))
        told += found
        if found:
            touched.add(entry.id)
        if _lags(entry, base, live) or task.plan_id is None:
            derived.add(entry.id)
    delete, kept, conflicts, forgotten = _removed(plan, known, names)
    appended = [
        _change(plan, name, None, (None, None, definition_of(entry_of(name, task, names))), Side.LIVE)
        for name, task in append_names(plan, known).items()
    ]
    return Changes(
        create=(*create, *appended),
        update=tuple(change for change in told if not change.reason),
        delete=delete,
        conflicts=(*(change for change in told if change.reason), *conflicts),
        kept=kept,
        derived=frozenset(derived | forgotten),
        unchanged=len(plan.entries) - len(create) - len(touched),
    )


def append_names(plan: Plan, known: Remembered) -> dict[str, Task]:
    """The ids under which tasks that only Redis knows would be appended to the file."""
    taken = {*plan.by_id, *known.base, *known.live}
    names: dict[str, Task] = {}
    for task in sorted(known.unplanned, key=lambda task: (task.created_at, task.id)):
        if not task.description.strip() or "\0" in task.description or BY_MESSAGE in task.tags:
            continue  # no file could say that, or none should
        name = next((n for n in _candidates(task.id) if n not in taken), None)
        if name is not None:
            taken.add(name)
            names[name] = task
    return names


def names_of(live: Mapping[str, Task]) -> dict[UUID, str]:
    """The plan id of each task's own id."""
    return {task.id: name for name, task in live.items()}


def entry_of(name: str, task: Task, names: Mapping[UUID, str]) -> Entry:
    """A task as an entry of a plan would say it."""
    return Entry(
        id=name,
        description=task.description,
        agent=task.agent,
        role=task.role,
        status=task.state,
        tags=task.tags,
        parent=names.get(task.parent_id) if task.parent_id else None,
        needs=task.needs,
        run=task.run,
        accept=task.accept,
        when=task.when,
        retries=task.retries,
        retry_delay=task.retry_delay,
        timeout=task.timeout,
        priority=task.priority,
        estimate=task.estimate,
        approval=task.approval,
        pool=task.pool,
        group=task.group,
        order=task.order,
    )


def definition_of(entry: Entry) -> dict[str, Any]:
    """What an entry says, as plain values, without what it leaves at its default."""
    said = {key: plain(value) for key, value in entry.evolve(group=False, order=0, was=None).said().items()}
    return {**said, "status": (entry.status or TaskState.PENDING).value}


def wish(entry: Entry) -> TaskState:
    """The status that a new entry asks for: nobody but the runtime can make a task assigned or running."""
    return entry.status if entry.status and entry.status not in _UNDER_WAY else TaskState.PENDING


def _candidates(task: UUID) -> Iterator[str]:
    for length in range(8, 33, 4):
        yield f"task-{task.hex[:length]}"


def _fields(plan: Plan, entry: Entry, base: Entry | None, live: Entry, *, adopted: bool) -> Iterator[Change]:
    before = live if adopted and base is None else base
    for name in DEFINITION:
        file, now = getattr(entry, name), getattr(live, name)
        was = getattr(before, name) if before else _UNKNOWN
        if file == was == now or (before is None and file == now):
            continue
        side = _side(was, file, now)
        reason = "changed in the file and in Redis" if side is Side.AGAINST else ""
        yield _change(plan, entry.id, name, (was, file, now), side, reason=reason)
    yield from _status(plan, entry, base, live)


def _status(plan: Plan, entry: Entry, base: Entry | None, live: Entry) -> Iterator[Change]:
    was = base.status if base and base.status else TaskState.PENDING
    file = entry.status
    if file is None or (file in _UNDER_WAY and file is not live.status):
        file = was  # nothing, or what nobody but the runtime can say: no opinion
    if file is was and live.status is was:
        return
    side = _side(was, file, live.status)
    reason = ""
    if side is Side.AGAINST:
        reason = "changed in the file and in Redis"
    elif side is Side.FILE and live.status in _UNDER_WAY:
        reason = f"the task is {live.status}"
    yield _change(plan, entry.id, "status", (was, file, live.status), side, reason=reason)


def _side(base: Any, file: Any, live: Any) -> Side:
    if file == live:
        return Side.BOTH
    if live == base:
        return Side.FILE
    return Side.LIVE if file == base else Side.AGAINST


def _lags(entry: Entry, base: Entry | None, live: Entry) -> bool:
    """Whether what follows from the file has not been written yet."""
    places = {(each.order, each.group) for each in (entry, base, live) if each}
    return base is None or len(places) > 1


def _removed(
    plan: Plan, known: Remembered, names: Mapping[UUID, str]
) -> tuple[tuple[Change, ...], tuple[Change, ...], tuple[Change, ...], set[str]]:
    delete: list[Change] = []
    kept: list[Change] = []
    conflicts: list[Change] = []
    gone = [name for name in {**known.base, **known.live} if name not in plan.by_id]
    for name in gone:
        task, base = known.live.get(name), known.base.get(name)
        if task is None:
            continue
        live = entry_of(name, task, names)
        values = (base and definition_of(base), None, definition_of(live))
        change = _change(plan, name, None, values, Side.FILE)
        if base is None:
            kept.append(replace(change, reason="it was never in this file"))
        elif task.state is not TaskState.PENDING or task.attempt:
            state = "has been tried" if task.state is TaskState.PENDING else f"is {task.state}"
            kept.append(replace(change, reason=f"it {state}"))
        elif any(getattr(base, name) != getattr(live, name) for name in DEFINITION):
            conflicts.append(replace(change, reason="taken out of the file, and changed in Redis"))
        else:
            delete.append(change)
    forgotten = {name for name in gone if name not in known.live}
    return tuple(delete), tuple(kept), tuple(conflicts), forgotten


def _of_plan(plan: Plan, known: Remembered) -> Iterator[Change]:
    """What belongs to the plan as a whole."""
    meta = plan.meta
    for name, path in _WHOLE.items():
        file, was = meta.get(name), known.meta.get(name)
        if file != was:
            span = plan.document.place(path).value
            yield Change(None, ".".join(path), was, file, was, span.line, span.column, Side.FILE)
    if plan.team != known.team:
        span = plan.document.place(("agents",)).value
        was, file = plain(known.team), plain(plan.team)
        yield Change(None, "agents", was, file, was, span.line, span.column, Side.FILE)


def _change(
    plan: Plan, name: str, key: str | None, values: tuple[Any, Any, Any], side: Side, *, reason: str = ""
) -> Change:
    """A change with its place; the values are those of base, file and Redis."""
    span = plan.place(name, key)
    base, file, live = map(plain, values)
    line, column = (span.line, span.column) if span else (None, None)
    return Change(name, key, base, file, live, line, column, side, reason)


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if value is _UNKNOWN:
        return None
    if isinstance(value, tuple):
        return [plain(element) for element in value]
    if isinstance(value, TeamMember):
        return value.model_dump(mode="json")
    return str(value) if isinstance(value, str) else value
