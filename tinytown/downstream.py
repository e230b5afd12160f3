"""What builds on a task, or it on others: all that waits for an end, near or far. Pure.

Here a child waits for its parent, a member of a group for the group's start, and a group's end for its members.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from tinytown.enclosing import enclosing_groups
from tinytown.needs import by_name
from tinytown.tasks import Task

_Point = tuple[UUID, bool]
"""A task's start (False) or its end (True)."""


def downstream(tasks: Mapping[UUID, Task], roots: Iterable[UUID]) -> dict[UUID, bool]:
    """The tasks that wait for the end of others, directly or not, whatever their `when`.

    Args:
        tasks: All tasks.
        roots: Those that are waited for; they do not belong to the answer.

    Returns:
        The others, in the order of `tasks`, and whether already their start waits; of a group the end may do alone.
    """
    ties = _Ties(tasks)
    origins = set(roots)
    stack: list[_Point] = [(root, True) for root in origins]
    seen = set(stack)
    while stack:
        for point in ties.after(stack.pop()):
            if point not in seen:
                seen.add(point)
                stack.append(point)
    found = {key for key, _ in seen} - origins
    return {key: (key, False) in seen for key in tasks if key in found}


def upstream(tasks: Mapping[UUID, Task], root: UUID) -> list[UUID]:
    """All that a task waits for, directly or not: no circle through it leaves these tasks.

    Args:
        tasks: All tasks.
        root: The task; it does not belong to the answer.
    """
    names = by_name(tasks)
    found = {root: None}
    for key in (stack := [root]):  # grows while it is walked
        task = tasks[key]
        before = [task.parent_id, *(names.get(need) for need in task.needs)]
        for other in (*before, *(below(tasks, key) if task.group else ())):
            if other is not None and other in tasks and other not in found:
                found[other] = None
                stack.append(other)
    return [key for key in found if key != root]


def circle(tasks: Mapping[UUID, Task], root: UUID) -> list[UUID]:
    """The tasks, each waiting for the one before it, by which a task would come to wait for its own start.

    Args:
        tasks: All tasks.
        root: The task.

    Returns:
        The shortest such circle, from the task to the task; empty if there is none.
    """
    ties = _Ties(tasks)
    origin = (root, False)
    came: dict[_Point, _Point] = {}
    queue = [origin]
    for point in queue:  # grows while it is walked
        for after in ties.after(point):
            if after == origin:
                return _steps(came, point, root)
            if after not in came:
                came[after] = point
                queue.append(after)
    return []


def _steps(came: Mapping[_Point, _Point], last: _Point, root: UUID) -> list[UUID]:
    way = [last]
    while way[-1] in came:
        way.append(came[way[-1]])
    keys = [root, *(key for key, _ in way)]
    return [key for at, key in enumerate(keys) if at == 0 or key != keys[at - 1]][::-1]


def below(tasks: Mapping[UUID, Task], root: UUID) -> list[UUID]:
    """The tasks below one by `parent`, at any depth, in the order of `tasks`."""
    children = _children(tasks)
    found: set[UUID] = set()
    stack = [root]
    while stack:
        for child in children[stack.pop()]:
            if child not in found:
                found.add(child)
                stack.append(child)
    return [key for key in tasks if key in found]


class _Ties:
    """The starts and ends that follow directly on one."""

    def __init__(self, tasks: Mapping[UUID, Task]) -> None:
        self._tasks = tasks
        self._around = enclosing_groups(tasks)
        self._children = _children(tasks)
        self._needed_by: dict[UUID, list[UUID]] = defaultdict(list)
        names = by_name(tasks)
        for key, task in tasks.items():
            for need in task.needs:
                if need in names:
                    self._needed_by[names[need]].append(key)

    def after(self, point: _Point) -> Iterator[_Point]:
        key, ended = point
        task = self._tasks[key]
        if ended:
            for waiter in self._needed_by[key]:
                yield waiter, False
            if key in self._around:
                yield self._around[key], True
        else:
            yield key, True
        if task.group != ended:
            for child in self._children[key]:
                yield child, False


def _children(tasks: Mapping[UUID, Task]) -> dict[UUID, list[UUID]]:
    children: dict[UUID, list[UUID]] = defaultdict(list)
    for key, task in tasks.items():
        if task.parent_id is not None:
            children[task.parent_id].append(key)
    return children
