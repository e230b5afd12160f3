"""Which tasks of a file can never be released, since what they wait for failed or was cancelled.

This is the conductor's judgement, made of the statuses in the file: a group with a lost member can no longer
complete, so what waits for its completion is lost too, while its other members go on; only a group that was
cancelled, or is lost itself, never opens. What was called off because it was not needed is no loss.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from planner.rules.written import Outline, Written
from tinytown.states import TaskState
from tinytown.tasks import When

_LOST = (TaskState.FAILED, TaskState.CANCELLED)


class Doom(NamedTuple):
    """Why a task can never be released: what it waits for, by which tie, and where that began."""

    on: str
    tie: str
    root: str
    group: bool
    """Whether it is a member of a group that never opens."""


def find_doomed(outline: Outline) -> dict[str, Doom]:
    """The tasks that can never be released, by id."""
    return _Walk(outline).doomed


def _find_skipped(outline: Outline, lost: Iterable[str], waiters: Mapping[str, list[Written]]) -> set[str]:
    """The tasks that were called off since nobody needed them: what they were to mend went well."""
    skipped: set[str] = set()
    stack = [outline.first[name] for name in lost]
    while stack:
        task = stack.pop()
        if task.id in skipped or task.status is not TaskState.CANCELLED or not _needless(outline, task, skipped):
            continue
        skipped.add(task.id)
        stack += waiters.get(task.id, ())
    return skipped


def _needless(outline: Outline, task: Written, skipped: set[str]) -> bool:
    if task.parent in skipped and task.parent in outline.groups:
        return True
    before = [other for _, other in outline.prerequisites(task)]
    settled = all(other.status is TaskState.COMPLETED or other.id in skipped for other in before)
    by_another = task.when is When.ALL_SUCCESS and any(other.id in skipped for other in before)
    return settled and (task.when is When.ONE_FAILED or by_another)


class _Walk:
    """One walk from what is lost to all that waits for it; a group is met again if it is doomed later."""

    def __init__(self, outline: Outline) -> None:
        self._tasks = outline.first
        self._groups = outline.groups
        self.doomed: dict[str, Doom] = {}
        self._climbed: set[str] = set()
        waiters: dict[str, list[Written]] = {}
        for task in self._tasks.values():
            for other in {*task.needs, task.parent or ""}:
                waiters.setdefault(other, []).append(task)
        lost = [name for name, task in self._tasks.items() if task.status in _LOST]
        self._skipped = _find_skipped(outline, lost, waiters)
        self._roots = {name: name for name in lost if name not in self._skipped}
        stack = list(self._roots)
        while stack:
            origin = self._tasks[stack.pop()]
            new = [task for task in waiters.get(origin.id, ()) if task.id not in self.doomed]
            stack += [task.id for task in new if self._hit(task, origin)]
            stack += self._groups_above(origin)

    def _hit(self, waiter: Written, lost: Written) -> bool:
        """Whether a task is doomed because another is lost; writes down why."""
        if waiter.status not in (None, TaskState.PENDING) or waiter is lost:
            return False
        root = self._roots[lost.id]
        if waiter.parent == lost.id and lost.id in self._groups:
            if lost.id in self.doomed or lost.status is TaskState.CANCELLED:
                return self._doom(waiter, Doom(lost.id, "parent", root, group=True))
            if lost.id not in waiter.needs:
                return False
        skipped = lost.status is TaskState.CANCELLED and waiter.when is When.NONE_FAILED
        if skipped or waiter.when in (When.ALL_DONE, When.ONE_FAILED):
            return False
        tie = "need" if lost.id in waiter.needs else "parent"
        return self._doom(waiter, Doom(lost.id, tie, root, group=False))

    def _doom(self, task: Written, why: Doom) -> bool:
        self.doomed[task.id] = why
        self._roots[task.id] = why.root
        return True

    def _groups_above(self, task: Written) -> list[str]:
        """The groups that can no longer complete since a task below them cannot."""
        found: list[str] = []
        root, name = self._roots[task.id], task.parent
        while name in self._tasks and name not in self._climbed:
            self._climbed.add(name)
            above = self._tasks[name]
            settled = above.status is TaskState.COMPLETED or name in self._skipped
            if name in self._groups and name not in self._roots and not settled:
                self._roots[name] = root
                found.append(name)
            name = above.parent
        return found
