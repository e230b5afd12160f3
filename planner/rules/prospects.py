"""Rules on what the statuses in the file say together: what cannot be so, and what can never be released.

A status that is not written is no opinion. What fails here can be so for a moment, while somebody edits, so both
rules only warn. A prerequisite is a need or an ordinary parent; `when` speaks of these, not of the group that a
task lies in.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from planner.diagnostics.finding import Finding
from planner.document import Path
from planner.rules.doom import Doom, find_doomed
from planner.rules.written import Outline, Written
from tinytown.states import TaskState
from tinytown.tasks import When

_S = TaskState
_BEGUN = (_S.ASSIGNED, _S.RUNNING, _S.COMPLETED)
_WRONG = {
    When.ALL_SUCCESS: frozenset(_S) - {_S.COMPLETED},
    When.ALL_DONE: frozenset({_S.PENDING, _S.ASSIGNED, _S.RUNNING}),
    When.NONE_FAILED: frozenset(_S) - {_S.COMPLETED, _S.CANCELLED},
    When.ONE_FAILED: frozenset[TaskState](),
}
"""Beside which statuses of a prerequisite a task cannot have begun."""
_INSIDE = frozenset(_S) - {_S.COMPLETED, _S.CANCELLED}
"""Beside which statuses of a member a group cannot be completed."""
_TOLD = 20
_IS: Mapping[TaskState | None, str] = {
    _S.PENDING: "is still pending",
    _S.ASSIGNED: "is still assigned",
    _S.RUNNING: "is still running",
    _S.COMPLETED: "completed",
    _S.FAILED: "failed",
    _S.CANCELLED: "was cancelled",
}


def prospects(outline: Outline) -> Iterator[Finding]:
    """Statuses fit together (TT014), and each task can still be released (TT015)."""
    quiet = (None, "pending")
    if any(task.values.get("status") not in quiet for task in outline.tasks):
        doomed = find_doomed(outline)
        yield from _impossible(outline, doomed)
        for name, doom in doomed.items():
            yield _hopeless(outline, outline.first[name], doom)
    for task in outline.tasks:
        if task.values.get("when") == "one_failed":
            yield from _pointless(outline, task)


def _impossible(outline: Outline, doomed: dict[str, Doom]) -> Iterator[Finding]:
    members: dict[str, list[Written]] = {}
    for task in outline.first.values():
        if task.parent in outline.groups:
            members.setdefault(task.parent, []).append(task)
    for task in outline.first.values():
        if task.status not in _BEGUN:
            continue
        beside = _beside(outline, task, doomed)
        if task.id in outline.groups and task.status is _S.COMPLETED:
            beside += [("its member", other) for other in members.get(task.id, ()) if other.status in _INSIDE]
        if beside:
            yield _contradiction(outline, task, beside)


def _beside(outline: Outline, task: Written, doomed: dict[str, Doom]) -> list[tuple[str, Written]]:
    """The tasks beside which the status of this one cannot be, each with the words for it."""
    wrong = _WRONG[task.when]
    beside: list[tuple[str, Written]] = []
    prerequisites = outline.prerequisites(task)
    for what, other in prerequisites:
        ended = task.when is When.ALL_DONE and other.id in doomed
        if other.status in wrong and not ended:
            beside.append((what, other))
    if task.when is When.ONE_FAILED and all(other.status is _S.COMPLETED for _, other in prerequisites):
        beside += prerequisites
    group = outline.first.get(task.parent or "")
    if group and group.id in outline.groups and group.status is _S.PENDING and group is not task:
        beside.append(("its group", group))
    return beside


def _contradiction(outline: Outline, task: Written, beside: list[tuple[str, Written]]) -> Finding:
    what, other = beside[0]
    more = f" (and {len(beside) - 1} more)" if len(beside) > 1 else ""
    message = f'{outline.name(task)} is {task.status}, but {what} "{other.id}" {_IS[other.status]}{more}'
    if task.id in outline.groups and what == "its member":
        remedy = "a group has completed when all its members have: correct one of the statuses"
    elif what == "its group":
        remedy = "a member starts once its group is running: correct one of the statuses"
    else:
        remedy = f"it starts {_RELEASED[task.when]}: correct one of the statuses"
    related = [
        outline.related(one.path("status"), f'"{one.id}" {_IS[one.status]} here') for _, one in beside[:_TOLD]
    ]
    words: dict[str, Any] = {"help": remedy, "label": "cannot be", "related": related}
    return outline.finding("TT014", task.path("status"), message, **words)


_RELEASED = {
    When.ALL_SUCCESS: "once all that it waits for have completed",
    When.ALL_DONE: "once all that it waits for have ended",
    When.NONE_FAILED: "once all that it waits for have ended and none has failed",
    When.ONE_FAILED: "once something that it waits for has failed",
}


def _hopeless(outline: Outline, task: Written, doom: Doom) -> Finding:
    path: Path = task.path("parent") if doom.tie == "parent" else task.need_path(doom.on)
    ties = {"parent": f'its parent "{doom.on}"', "need": f'it needs "{doom.on}", which'}
    tie = f'it lies in the group "{doom.on}", which' if doom.group else ties[doom.tie]
    root = outline.first[doom.root]
    fate = _IS[root.status]
    related = outline.related(root.path("status"), f'"{doom.root}" {fate} here')
    if doom.root != doom.on:
        never = "never opens" if doom.group else "can never complete"
        fate = f'{never}, because "{doom.root}" {fate}'
    words: dict[str, Any] = {
        "help": f'give "{doom.root}" the status "pending" to run it again, or this task another `when`',
        "label": "never completes",
        "related": [related],
    }
    if doom.group:
        words |= {"help": f'give "{doom.root}" the status "pending" to run it again', "label": "never opens"}
    message = f"{outline.name(task)} can never be released: {tie} {fate}"
    return outline.finding("TT015", path, message, **words)


def _pointless(outline: Outline, task: Written) -> Iterator[Finding]:
    """A task that waits for a failure waits for a task that could fail."""
    if task.status in (None, _S.PENDING) and not task.needs and not outline.prerequisites(task):
        if task.parent is not None and task.parent not in outline.first:
            return
        message = (
            f"{outline.name(task)} can never be released: it waits for a failure, but for no task that could fail"
        )
        words = {"help": "give it needs, or take `when` out", "label": "of what?"}
        yield outline.finding("TT015", task.path("when"), message, **words)
