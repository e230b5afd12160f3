"""Tasks under way that an edit makes groups, and open groups that it makes tasks. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from planner.plan import Entry, Plan
from planner.sync.changes import Change, Side, change_of
from tinytown.states import UNDER_WAY, TaskState


def turns(plan: Plan, entry: Entry, base: Entry | None, live: Entry) -> Iterator[Change]:
    """What must be said of a task that is to become a group, or of a group that is to become a task.

    While an agent has a task in hand it cannot be a group: its members would start before its own work has ended,
    and what that comes to would be lost. A group that is open has nobody, so as a task it has not started yet.

    Args:
        plan: The file.
        entry: The task in the file.
        base: The same as it was last synced, if ever.
        live: The same in Redis.
    """
    if entry.group is live.group or live.status not in UNDER_WAY:
        return
    was = base.group if base else live.group
    change = change_of(plan, entry.id, "group", (was, entry.group, live.group), Side.FILE)
    if not entry.group:
        if live.status is TaskState.RUNNING:
            yield replace(change, note="as a task it has not started yet")
        return
    member = next(one for one in plan.entries if one.parent == entry.id)
    place = plan.place(member.id, "parent")
    yield replace(
        change,
        line=place.line if place else None,
        column=place.column if place else None,
        reason=f"it is {live.status}, and cannot become a group before that has ended",
    )
