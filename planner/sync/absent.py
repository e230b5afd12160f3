"""Tasks that Redis knows and the file has no more."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from planner.plan import Entry, Plan
from planner.sync.changes import Change, Side, change_of
from planner.sync.entries import DEFINITION, definition_of, entry_of
from planner.sync.known import Remembered
from tinytown.states import UNDER_WAY, TaskState


@dataclass(slots=True)
class Absent:
    """What is to become of them.

    Args:
        delete: They wait, and nobody has them in hand.
        kept: They stay, for the reason given.
        conflicts: They were changed in Redis.
        forgotten: The ids of those that only the base knows.
    """

    delete: list[Change] = field(default_factory=list)
    kept: list[Change] = field(default_factory=list)
    conflicts: list[Change] = field(default_factory=list)
    forgotten: set[str] = field(default_factory=set)


def absent(plan: Plan, known: Remembered, names: Mapping[UUID, str]) -> Absent:
    """Sorts the tasks that are not in the file.

    Args:
        plan: The file.
        known: Base and Redis.
        names: The plan id of each task's own id.
    """
    found = Absent()
    for name in _in_order(known, [name for name in {**known.base, **known.live} if name not in plan.by_id]):
        task, base = known.live.get(name), known.base.get(name)
        if task is None:
            found.forgotten.add(name)
            continue
        live = entry_of(name, task, names)
        values = (base and definition_of(base), None, definition_of(live))
        change = change_of(plan, name, None, values, Side.FILE)
        if base is None:
            found.kept.append(replace(change, reason="it was never in this file"))
        elif task.state is not TaskState.PENDING:
            busy = task.state in UNDER_WAY and not task.group
            found.kept.append(replace(change, reason=f"it is {task.state}", busy=busy, prunable=True))
        elif _edited(base, live, known):
            found.conflicts.append(replace(change, reason="taken out of the file, and changed in Redis"))
        else:
            # One that waits for its next attempt would run on without the plan, if it stayed.
            found.delete.append(replace(change, note="it has been tried" if task.attempt else ""))
    return found


def _edited(base: Entry, live: Entry, known: Remembered) -> bool:
    """Whether Redis says something else than what is remembered.

    That a parent was renamed or deleted since is no edit of its child.
    """
    renamed = base.parent is not None and base.parent not in known.live
    return any(getattr(base, key) != getattr(live, key) for key in DEFINITION if key != "parent" or not renamed)


def _in_order(known: Remembered, gone: list[str]) -> list[str]:
    """The ids as they stood in the file; Redis keeps no order."""
    return sorted(gone, key=lambda name: ((known.live.get(name) or known.base[name]).order, name))
