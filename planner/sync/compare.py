"""Compares base, file and Redis, field by field. Pure: values in, changes out."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from planner.plan import Entry, Plan
from planner.sync.absent import absent
from planner.sync.changes import Change, Changes, Side, change_of
from planner.sync.entries import DEFINITION, UNKNOWN, definition_of, entry_of, names_of, plain
from planner.sync.kinds import turns
from planner.sync.known import Remembered
from planner.sync.newcomers import append_names
from tinytown.states import UNDER_WAY, TaskState

_WHOLE = {
    "description": ("meta", "description"),
    "default_agent": ("meta", "default_agent"),
    "on_failure": ("meta", "on_failure"),
    "max_parallel": ("meta", "max_parallel"),
    "pools": ("pools",),
}
"""What belongs to the plan as a whole, and where it is written."""


def compare(plan: Plan, known: Remembered) -> Changes:
    """The differences, before anybody decides which way to sync.

    Args:
        plan: The file.
        known: Base and Redis, after `recall`.
    """
    names = names_of(known.live)
    told: list[Change] = list(_of_plan(plan, known))
    create: list[Change] = []
    derived: set[str] = set()
    touched: set[str] = set()
    for entry in plan.entries:
        task, base = known.live.get(entry.id), known.base.get(entry.id)
        if task is None:
            create.append(_created(plan, entry, known))
            continue
        live = entry_of(entry.id, task, names, base)
        if base is not None and task.plan_id == entry.id and _in_step(entry, base, live):
            continue
        if entry.id in known.renames:
            old = known.renames[entry.id]
            told.append(change_of(plan, entry.id, "id", (old, entry.id, old), Side.FILE))
            touched.add(entry.id)
        found = [*_fields(plan, entry, base, live, adopted=task.plan_id is None), *turns(plan, entry, base, live)]
        told += found
        if found:
            touched.add(entry.id)
        if _lags(entry, base, live) or task.plan_id is None:
            derived.add(entry.id)
    gone = absent(plan, known, names)
    fresh = append_names(plan, known)
    names = names_of({**known.live, **fresh})
    appended = [
        change_of(plan, name, None, (None, None, definition_of(entry_of(name, task, names))), Side.LIVE)
        for name, task in fresh.items()
    ]
    return Changes(
        create=(*create, *appended),
        update=tuple(change for change in told if not change.reason),
        delete=tuple(gone.delete),
        conflicts=(*(change for change in told if change.reason), *gone.conflicts),
        kept=tuple(gone.kept),
        derived=frozenset(derived | gone.forgotten),
        unchanged=len(plan.entries) - len(create) - len(touched),
        unfinished=known.unfinished,
    )


def _created(plan: Plan, entry: Entry, known: Remembered) -> Change:
    change = change_of(plan, entry.id, None, (None, definition_of(entry), None), Side.FILE)
    if entry.id not in known.gone:
        return change
    return replace(change, note="it has been completed before, and does not run again")


def _in_step(entry: Entry, base: Entry, live: Entry) -> bool:
    """Whether nothing differs at all: a quick look, for most tasks are in step most of the time."""
    return base == live and entry.status in (None, base.status) and entry.evolve(status=base.status) == base


def _fields(plan: Plan, entry: Entry, base: Entry | None, live: Entry, *, adopted: bool) -> Iterator[Change]:
    before = live if adopted and base is None else base
    for name in DEFINITION:
        file, now = getattr(entry, name), getattr(live, name)
        was = getattr(before, name) if before else UNKNOWN
        if file == was == now or (before is None and file == now):
            continue
        side = _side(was, file, now)
        reason = "changed in the file and in Redis" if side is Side.AGAINST else ""
        yield change_of(plan, entry.id, name, (was, file, now), side, reason=reason)
    yield from _status(plan, entry, base, live)


def _status(plan: Plan, entry: Entry, base: Entry | None, live: Entry) -> Iterator[Change]:
    was = base.status if base and base.status else TaskState.PENDING
    file = entry.status
    if file is None or (file in UNDER_WAY and file is not live.status):
        file = was  # nothing, or what nobody but the runtime can say: no opinion
    if file is was and live.status is was:
        return
    side = _side(was, file, live.status)
    reason = ""
    if side is Side.AGAINST:
        reason = "changed in the file and in Redis"
    elif side is Side.FILE and live.status in UNDER_WAY:
        reason = f"the task is {live.status}"
    yield change_of(plan, entry.id, "status", (was, file, live.status), side, reason=reason)


def _side(base: Any, file: Any, live: Any) -> Side:
    if file == live:
        return Side.BOTH
    if live == base:
        return Side.FILE
    return Side.LIVE if file == base else Side.AGAINST


def _lags(entry: Entry, base: Entry | None, live: Entry) -> bool:
    """Whether what follows from the file has not been written yet."""
    places = {(each.order, each.group) for each in (entry, base, live) if each}
    return base is None or len(places) > 1 or entry.was != base.was


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
