"""The course that a plan takes if all that runs completes: which tasks the end of each lets go. No I/O.

What the board and its decisions do with everything that may happen, this does with the one thing that is expected,
in a few microseconds a task.
"""

from collections.abc import Sequence
from enum import IntEnum

from conductor.outcomes import is_skipped
from tinytown.needs import by_name
from tinytown.states import TaskState
from tinytown.tasks import Task, When


class End(IntEnum):
    """How a task ends, or that it never starts. Of many tasks the ends are summed up by their bits."""

    DONE = 1
    SKIPPED = 2
    CANCELLED = 4
    LOST = 8
    """Failed, or can never start."""


_OPENED = (TaskState.RUNNING, TaskState.COMPLETED)
_LOST = End.LOST | End.CANCELLED

_RULES = {
    When.ALL_SUCCESS: (_LOST, End.LOST, End.DONE),
    When.NONE_FAILED: (int(End.LOST), End.LOST, End.DONE),
    When.ALL_DONE: (0, End.LOST, End.DONE),
    When.ONE_FAILED: (_LOST, End.DONE, End.SKIPPED),
}
"""For each `when`: which ends of one prerequisite decide at once, and to what; and to what all others do."""


class Course:
    """What waits for what, by the numbers of the tasks.

    Args:
        tasks: All tasks; their places here are their numbers.
    """

    def __init__(self, tasks: Sequence[Task]) -> None:
        self._tasks = tasks
        self._waiters: list[list[int]] = [[] for _ in tasks]
        self._members: list[list[int]] = [[] for _ in tasks]
        self._shut_by: list[int | None] = [None] * len(tasks)  # the group that has still to open
        self._awaited = [0] * len(tasks)  # how many prerequisites have not ended
        self._heard = [0] * len(tasks)  # how the others ended
        self._inside = [0] * len(tasks)  # of a group: how many tasks right in it have not ended
        self._spoiled = [False] * len(tasks)  # of a group: whether a task right in it is lost
        self._hopeless = [False] * len(tasks)  # of a group: whether it is known that it cannot complete
        self._decided = [task.state is not TaskState.PENDING for task in tasks]
        self._ends = [_end(task) for task in tasks]
        self._news: list[tuple[int, End]] = []  # tasks that have ended, and nobody knows
        self._touched: list[int] = []  # tasks that may be let go now
        self._losing: list[int] = []  # groups with a lost member, and nobody knows
        numbers = {task.id: number for number, task in enumerate(tasks)}
        self._parents = [None if task.parent_id is None else numbers.get(task.parent_id) for task in tasks]
        self._around: list[int | None] = [None] * len(tasks)  # the innermost group that a task lies in
        self._enclose()
        self._tie()

    def begin(self) -> list[int]:
        """The numbers of the tasks that may start now; of groups, only those that wait for approval."""
        for number, task in enumerate(self._tasks):
            end = self._ends[number]
            if end is not None:
                self._news.append((number, end))
            elif task.state is TaskState.PENDING:
                self._touched.append(number)
            elif task.group:
                self._close(number)
        return self._spread()

    def complete(self, number: int) -> list[int]:
        """A task completes. Returns the numbers of those that may start then."""
        self._end(number, End.DONE)
        return self._spread()

    def paths(self, lengths: Sequence[float]) -> list[float]:
        """For each task that has not ended, how long the longest chain takes that begins with it; 0 for the others.

        Args:
            lengths: How long each task itself takes.
        """
        values: list[float | None] = [None] * (2 * len(self._tasks))  # of task n at 2 n, then of its end as a group
        asked = [False] * len(values)
        for root in range(0, len(values), 2):
            stack = [root]  # no recursion: a chain may be thousands long
            while stack:
                node = stack[-1]
                number, is_end = divmod(node, 2)
                after = self._after(number, is_end=bool(is_end))
                if values[node] is not None or asked[node]:
                    stack.pop()
                    own = 0.0 if is_end or self._tasks[number].ended else lengths[number]
                    values[node] = own + max((values[one] or 0.0 for one in after), default=0.0)
                else:
                    asked[node] = True
                    stack += [one for one in after if not asked[one]]
        return [value or 0.0 for value in values[::2]]

    def _after(self, number: int, *, is_end: bool) -> list[int]:
        """The nodes behind one, see `paths`: a group's start lets its members go, its end what waits for it."""
        if self._members[number] and not is_end:
            return [2 * member for member in self._members[number]]
        after = [2 * waiter for waiter in self._waiters[number]]
        group = self._around[number]
        return after if group is None else [*after, 2 * group + 1]

    def _enclose(self) -> None:
        known = [False] * len(self._tasks)
        for number in range(len(self._tasks)):
            way: list[int] = []
            at: int | None = number
            while at is not None and not known[at]:
                known[at] = True  # also ends a circle, which a checked plan does not have
                way.append(at)
                at = self._parents[at]
            for step in reversed(way):
                parent = self._parents[step]
                if parent is not None:
                    self._around[step] = parent if self._tasks[parent].group else self._around[parent]

    def _tie(self) -> None:
        numbers = {task.id: number for number, task in enumerate(self._tasks)}
        named = {name: numbers[key] for name, key in by_name({task.id: task for task in self._tasks}).items()}
        for number, task in enumerate(self._tasks):
            group = self._around[number]
            if group is not None and not task.ended:
                self._inside[group] += 1
            if task.state is not TaskState.PENDING:
                continue
            before = [named.get(need) for need in task.needs]
            if task.parent_id is not None:
                parent = self._parents[number]
                if parent is None or not self._tasks[parent].group:
                    before.append(parent)
                elif self._tasks[parent].state not in _OPENED:
                    self._shut_by[number] = parent
                    self._members[parent].append(number)
            self._awaited[number] = len(before)  # one that is not there never ends
            for other in before:
                if other is not None:
                    self._waiters[other].append(number)

    def _spread(self) -> list[int]:
        """What follows from what ended, and what follows from that."""
        free: list[int] = []
        while self._news or self._touched or self._losing:
            if self._news:
                self._tell(*self._news.pop())
            elif not self._touched:  # only now: such a group may itself turn out not to be needed
                self._give_up(self._losing.pop())
            elif self._may_start(number := self._touched.pop()):
                free.append(number)
        return sorted(free)

    def _tell(self, number: int, end: End) -> None:
        """Tells those who wait for a task how it ended, and the group that it lies in."""
        for waiter in self._waiters[number]:
            self._awaited[waiter] -= 1
            self._heard[waiter] |= end
        self._touched += self._waiters[number]
        self._touched += self._members[number]
        group = self._around[number]
        if group is not None:
            if end & _LOST:
                self._spoiled[group] = True
                self._losing.append(group)
            self._inside[group] -= not self._tasks[number].ended
            self._close(group)

    def _give_up(self, group: int | None) -> None:
        """A group with a lost member cannot complete any more, though others go on; nor can those around it."""
        while group is not None and not self._hopeless[group]:
            self._hopeless[group] = True
            for waiter in self._waiters[group] if self._ends[group] is None else ():
                if self._tasks[waiter].when in (When.ALL_SUCCESS, When.NONE_FAILED):
                    self._heard[waiter] |= End.LOST
                    self._touched.append(waiter)
            group = self._around[group]

    def _close(self, group: int) -> None:
        """An open group ends with the last task in it."""
        if self._decided[group] and self._ends[group] is None and not self._inside[group]:
            self._end(group, End.LOST if self._spoiled[group] else End.DONE)

    def _end(self, number: int, end: End) -> None:
        self._ends[number] = end
        self._news.append((number, end))

    def _may_start(self, number: int) -> bool:
        """Whether the time of a task has come; a group is opened at once, and what can never start ends."""
        verdict = None if self._decided[number] else self._verdict(number)
        if verdict is None:
            return False
        self._decided[number] = True
        if verdict is not End.DONE:
            self._end(number, verdict)
            return False
        if not self._tasks[number].group or self._tasks[number].unapproved:
            return True
        for member in self._members[number]:
            self._shut_by[member] = None
        self._touched += self._members[number]
        self._close(number)
        return False

    def _verdict(self, number: int) -> End | None:
        """DONE if a task may start, its end if it never will, None if that is still open."""
        group = self._shut_by[number]
        if group is not None and (end := self._ends[group]) is not None:
            return End.SKIPPED if end is End.SKIPPED else End.LOST
        verdict = self._by_when(number)
        return None if group is not None and verdict is not End.LOST else verdict

    def _by_when(self, number: int) -> End | None:
        heard = self._heard[number]
        when = self._tasks[number].when
        decisive, at_once, in_the_end = _RULES[when]
        if heard & decisive:
            return at_once
        if self._awaited[number]:
            return None
        return End.SKIPPED if when is When.ALL_SUCCESS and heard & End.SKIPPED else in_the_end


def _end(task: Task) -> End | None:
    """How a task has ended; None if it has not."""
    if task.state is TaskState.COMPLETED:
        return End.DONE
    if is_skipped(task):
        return End.SKIPPED
    if task.state is TaskState.CANCELLED:
        return End.CANCELLED
    return End.LOST if task.state is TaskState.FAILED else None
