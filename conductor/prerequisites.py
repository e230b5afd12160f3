"""Whether the tasks that a task waits for let it start, by its `when`. Pure.

A child waits for the end of its parent; a member of a group waits for the group to open, whatever its `when`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from uuid import UUID

from conductor.outcomes import is_lost, is_settled, is_skipped
from tinytown.states import TaskState
from tinytown.tasks import Task, When

NOBODY = UUID(int=0)
"""Blocks a task that needs one which is not there."""

NEEDLESS = UUID(int=2**128 - 1)
"""Stands in the place of what blocks a task that can never start, and that nobody misses."""

_OPENED = (TaskState.RUNNING, TaskState.COMPLETED)


class Prerequisites:
    """What the tasks of a board wait for.

    Args:
        tasks: All tasks; they may change under it.
        by_plan: Their ids by plan id.
        doomed: Gives the pending tasks that can never start.
    """

    def __init__(
        self,
        tasks: Mapping[UUID, Task],
        by_plan: Mapping[str, UUID],
        doomed: Callable[[], Collection[UUID]],
    ) -> None:
        self._tasks = tasks
        self._by_plan = by_plan
        self._doomed = doomed

    def blocker(self, task: Task) -> UUID | None:
        """One of the prerequisites that keep a task back, NEEDLESS if it is not needed, None if it may start.

        As long as that one stays as it is, the task is kept back; but one that waits for a failure hears of any.
        """
        parent = None
        if task.parent_id is not None:
            parent = self._tasks.get(task.parent_id)
            if parent is None:
                return task.parent_id
            if parent.group:
                if parent.state not in _OPENED:
                    return NEEDLESS if is_skipped(parent) else parent.id
                parent = None
        return self._by_when(task, parent)

    def needless(self, task: Task) -> bool:
        """Whether a task that was called off as not needed is not needed still, open its group or not."""
        parent = self._tasks.get(task.parent_id) if task.parent_id else None
        if parent is not None and parent.group:
            if is_skipped(parent):
                return True
            parent = None
        return self._by_when(task, parent) is NEEDLESS

    def unmet(self, task: Task) -> Iterator[tuple[str, Task | None]]:
        """The prerequisites that keep a task back, by name; None for one that is not there."""
        if task.parent_id is not None:
            parent = self._tasks.get(task.parent_id)
            if parent is None:
                yield str(task.parent_id), None
            elif parent.group and parent.state not in _OPENED:
                yield parent.label, parent
        yield from self._unmet(task)

    def needless_because(self, task: Task) -> str:
        """Why a task that is not needed is not."""
        parent = self._tasks.get(task.parent_id) if task.parent_id else None
        if parent is not None and parent.group and is_skipped(parent):
            return f"not needed: its group {parent.label} was not needed"
        names = [name for name, other in self._all(task) if task.when is When.ONE_FAILED or not _completed(other)]
        if task.when is not When.ONE_FAILED:
            return f"not needed: {_some(names)} {'was' if len(names) == 1 else 'were'} not needed"
        if not names:
            return "not needed: there is nothing that could fail"
        one = len(names) == 1
        return f"not needed: {names[0]} did not fail" if one else f"not needed: none of {_some(names)} failed"

    def _by_when(self, task: Task, parent: Task | None) -> UUID | None:
        if task.when is When.ALL_SUCCESS:
            return self._incomplete(task, parent)
        if task.when is When.ONE_FAILED:
            return self._unfailed(task)
        return next((other.id if other else NOBODY for _, other in self._unmet(task)), None)

    def _incomplete(self, task: Task, parent: Task | None) -> UUID | None:
        """The last needs come first: they are mostly the last to complete, so this is seldom asked in vain."""
        needless = False
        for need in reversed(task.needs):
            key = self._by_plan.get(need)
            if key is None:
                return NOBODY
            other = self._tasks[key]
            if other.state is not TaskState.COMPLETED:
                if not is_skipped(other):
                    return key
                needless = True
        if parent is not None and parent.state is not TaskState.COMPLETED:
            if not is_skipped(parent):
                return parent.id
            needless = True
        return NEEDLESS if needless else None

    def _unfailed(self, task: Task) -> UUID | None:
        if any(self._has_failed(other) for _, other in self._all(task)):
            return None
        return next((other.id if other else NOBODY for _, other in self._unmet(task)), NEEDLESS)

    def _unmet(self, task: Task) -> Iterator[tuple[str, Task | None]]:
        pairs = list(self._all(task))
        if task.when is When.ONE_FAILED and any(self._has_failed(other) for _, other in pairs):
            return
        for name, other in pairs:
            if other is None or not self._passes(task.when, other):
                yield name, other

    def _passes(self, when: When, other: Task) -> bool:
        """Whether a prerequisite is no longer waited for."""
        match when:
            case When.ALL_SUCCESS:
                return other.state is TaskState.COMPLETED
            case When.ALL_DONE:
                return other.ended or other.id in self._doomed()
            case When.NONE_FAILED:
                return is_settled(other) or other.state is TaskState.CANCELLED
        return is_settled(other)

    def _has_failed(self, other: Task | None) -> bool:
        return other is not None and (is_lost(other) or other.id in self._doomed())

    def _all(self, task: Task) -> Iterator[tuple[str, Task | None]]:
        """The prerequisites that `when` speaks of: an ordinary parent, and the needs."""
        parent = self._tasks.get(task.parent_id) if task.parent_id else None
        if parent is not None and not parent.group:
            yield parent.label, parent
        for need in task.needs:
            key = self._by_plan.get(need)
            other = None if key is None else self._tasks[key]
            yield other.label if other else need, other


def _completed(task: Task | None) -> bool:
    return task is not None and task.state is TaskState.COMPLETED


def _some(names: list[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
