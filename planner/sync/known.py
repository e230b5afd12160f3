"""What Redis knows of a plan, brought in line with the names that the file uses now."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from planner.plan import Entry, Plan, TeamMember
from tinytown.tasks import Task

_ADOPTABLE = re.compile(r"task-([0-9a-f]{8,32})")


@dataclass(frozen=True)
class Remembered:
    """What Redis knows of a plan, without the store's own matters.

    Args:
        base: The entries as last synced.
        live: The tasks by their plan id.
        gone: Completed tasks that were pruned; they do not run again if they come back.
        unplanned: Tasks that no plan knows.
        meta: `[meta]` as last pushed.
        team: `[agents]` as last pushed.
        unfinished: Whether a push in several pieces was cut off.
        renames: Ids in the file, for each the one under which Redis still knows the task.
    """

    base: Mapping[str, Entry] = field(default_factory=dict)
    live: Mapping[str, Task] = field(default_factory=dict)
    gone: Mapping[str, Task] = field(default_factory=dict)
    unplanned: Sequence[Task] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)
    team: tuple[TeamMember, ...] = ()
    unfinished: bool = False
    renames: Mapping[str, str] = field(default_factory=dict)


def recall(plan: Plan, known: Remembered) -> Remembered:
    """What is known, under the names of the file: renamed and adopted tasks are found again."""
    return _renamed(plan, _adopted(plan, known))


def _renamed(plan: Plan, known: Remembered) -> Remembered:
    """Gives tasks that the file calls otherwise now (`was`) their new names, unless those are known already.

    A task may have been renamed more than once, and pushed in between: then `was` says how it was called at first,
    and so does what is remembered of it under the name that Redis knows.
    """
    once = {entry.was: name for name, entry in known.base.items() if entry.was and _moved_on(plan, name, entry.was)}
    renames: dict[str, str] = {}
    for entry in plan.entries:
        old = entry.was
        if old is None or old in plan.by_id or entry.id in known.base or entry.id in known.live:
            continue
        direct = old in known.base or old in known.live or old in known.gone
        if direct or old in once:
            renames[entry.id] = old if direct else once[old]
    if not renames:
        return known
    names = {old: new for new, old in renames.items()}

    def called(entry: Entry) -> Entry:
        parent = entry.parent and names.get(entry.parent, entry.parent)
        return entry.evolve(id=names.get(entry.id, entry.id), parent=parent)

    return replace(
        known,
        base={names.get(name, name): called(entry) for name, entry in known.base.items()},
        live={names.get(name, name): task for name, task in known.live.items()},
        gone={names.get(name, name): task for name, task in known.gone.items()},
        renames=renames,
    )


def _moved_on(plan: Plan, name: str, was: str) -> bool:
    """Whether the file no longer means the task that was once called `was` when it says `name`."""
    return name not in plan.by_id or plan.by_id[name].was != was


def _adopted(plan: Plan, known: Remembered) -> Remembered:
    """Gives back to their entries those tasks that a pull has appended to the file without finishing.

    The id of an appended entry is made of the task's own id, so that the two find each other again.
    """
    hexes = {task.id.hex: task for task in known.unplanned}
    adopted: dict[str, Task] = {}
    for entry in plan.entries if hexes else ():
        found = _ADOPTABLE.fullmatch(entry.id)
        if found and entry.id not in known.live:
            fitting = [task for digits, task in hexes.items() if digits.startswith(found[1])]
            if len(fitting) == 1:
                adopted[entry.id] = fitting[0]
    if not adopted:
        return known
    taken = {task.id for task in adopted.values()}
    return replace(
        known,
        live={**known.live, **adopted},
        unplanned=[task for task in known.unplanned if task.id not in taken],
    )
