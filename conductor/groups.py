"""Which group a task lies in, and how far each group is. Pure but for the counts, which follow the board."""

from collections import Counter
from collections.abc import Iterator, Mapping
from uuid import UUID

from conductor.outcomes import is_lost, is_settled
from tinytown.enclosing import enclosing_groups
from tinytown.states import TaskState
from tinytown.tasks import Task


class Groups:
    """The groups of a board.

    Args:
        tasks: All tasks; they may change under it, if it is told by `count`.
    """

    def __init__(self, tasks: Mapping[UUID, Task]) -> None:
        self._tasks = tasks
        self._around = enclosing_groups(tasks)
        self._remaining: Counter[UUID] = Counter()
        self._bad: Counter[UUID] = Counter()
        for task in tasks.values():
            self.count(task, +1)

    def around(self, task: Task) -> UUID | None:
        """The innermost group that a task lies in, through any number of ordinary parents."""
        return self._around.get(task.id)

    def above(self, task: Task) -> Iterator[UUID]:
        """The groups that a task lies in, from the inside to the outside."""
        group = self._around.get(task.id)
        while group is not None:
            yield group
            group = self._around.get(group)

    def count(self, task: Task, by: int) -> None:
        """Counts a task as it is (+1), or no longer as it was (-1)."""
        if not is_settled(task):
            bad = by if is_lost(task) else 0
            for group in self.above(task):
                self._remaining[group] += by
                self._bad[group] += bad

    def unfinished(self, group: UUID) -> int:
        """How many of a group's descendants have not completed, and are needed."""
        return self._remaining[group]

    def bad(self, group: UUID) -> int:
        """How many of a group's descendants failed or were cancelled."""
        return self._bad[group]

    def open_or_failed(self) -> Iterator[UUID]:
        """The groups that may turn when the fate of their members does."""
        for group in self._remaining:
            if self._tasks[group].state in (TaskState.RUNNING, TaskState.FAILED):
                yield group
