"""Which of the ready tasks goes first: priority, then the longest remaining path, then the plan's order. Pure."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from tinytown.durations import UNKNOWN, Typical, expected
from tinytown.tasks import Task

Place = tuple[int, int, int, str]
"""Sorts ready tasks: the smallest goes first."""

_Node = tuple[UUID, bool]
"""A task's own work (False), or the end of a group (True)."""


def place(task: Task, remaining: int) -> Place:
    """Where a ready task stands in its queue."""
    return (-task.priority.rank, -remaining, task.order, task.created_at.isoformat())


def remaining_paths(
    tasks: Mapping[UUID, Task],
    waiters: Mapping[UUID, Sequence[UUID]],
    group_of: Callable[[Task], UUID | None],
    typical: Typical = UNKNOWN,
) -> dict[UUID, int]:
    """For each task, how long the longest chain takes that begins with it, in milliseconds.

    A group takes no time of its own.

    Args:
        tasks: All tasks.
        waiters: For each task, those that wait for it.
        group_of: The innermost group that a task lies in.
        typical: What tasks take of which nothing else is known.
    """
    lengths: dict[_Node, int] = {}

    def after(node: _Node) -> list[_Node]:
        key, is_end = node
        task = tasks[key]
        group = group_of(task)
        outer: list[_Node] = [(group, True)] if group is not None else []
        following: list[_Node] = [(waiter, False) for waiter in waiters.get(key, ())]
        if task.group and not is_end:  # its start lets the members go; what waits for it comes after its end
            return [n for n in following if tasks[n[0]].parent_id == key]
        return [n for n in following if not (task.group and tasks[n[0]].parent_id == key)] + outer

    for key in tasks:
        _measure((key, False), after, lambda key: length(tasks[key], typical), lengths)
    return {key: length for (key, is_end), length in lengths.items() if not is_end}


def length(task: Task, typical: Typical = UNKNOWN) -> int:
    """How long a task itself probably takes, in milliseconds: as before, by its estimate, or as others do."""
    return round(expected(task, task.took, typical).seconds * 1000)


def _measure(
    start: _Node,
    after: Callable[[_Node], list[_Node]],
    own: Callable[[UUID], int],
    lengths: dict[_Node, int],
) -> None:
    """Fills in the length from `start`, depth first without recursion: a chain may be thousands long."""
    stack: list[tuple[_Node, list[_Node]]] = [(start, after(start))] if start not in lengths else []
    open_nodes = {start}
    while stack:
        node, following = stack[-1]
        unknown = next((n for n in following if n not in lengths and n not in open_nodes), None)
        if unknown is not None:
            open_nodes.add(unknown)
            stack.append((unknown, after(unknown)))
            continue
        stack.pop()
        open_nodes.discard(node)
        key, is_end = node
        behind = max((lengths.get(n, 0) for n in following), default=0)
        lengths[node] = behind if is_end else own(key) + behind
