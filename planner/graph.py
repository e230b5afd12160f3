"""What waits for what; here a child waits for its parent.

Each task has a start and an end, and rules tie them:

- a task ends after it starts, and starts after each of its needs has ended;
- a child of an ordinary task starts after that task has ended;
- a member of a group starts after the group has started, and the group ends after all its descendants have.

Of a group's descendants those count whose innermost group it is; groups among them stand for their own. So the
ties stay about as few as the tasks.

Whether there is a circle, and how deep each task lies, is asked of every plan at every look, so that is a plain
walk over numbers: a graph of objects takes ten times as long. Networkx is asked once there is a circle to show, and
loaded only then: that alone takes longer than to check a thousand tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import networkx as nx


class Linked(Protocol):
    """What the graph must know of a task."""

    @property
    def id(self) -> str: ...
    @property
    def parent(self) -> str | None: ...
    @property
    def needs(self) -> Sequence[str]: ...


class Doer(Linked, Protocol):
    """What tells a group from a task that somebody does."""

    @property
    def agent(self) -> str | None: ...
    @property
    def role(self) -> str | None: ...
    @property
    def run(self) -> str | None: ...


class Member(Linked, Protocol):
    """A task of which it is known whether it is a group."""

    @property
    def group(self) -> bool: ...


class Tie(StrEnum):
    """Why one task waits for another."""

    NEED = "need"
    PARENT = "parent"
    """A child starts after its ordinary parent has ended."""
    MEMBER = "member"
    """A member starts after its group has started."""
    GROUP = "group"
    """A group ends after its members have."""


@dataclass(frozen=True, slots=True)
class Wait:
    """`task` waits for `on`, because of `tie`."""

    task: str
    tie: Tie
    on: str


_Point = tuple[str, bool]
"""A task and whether its end is meant, else its start."""


def groups(tasks: Iterable[Doer]) -> frozenset[str]:
    """The ids of the groups: tasks that have children and neither agent, role nor run."""
    everything = list(tasks)
    parents = {task.parent for task in everything}
    return frozenset(
        task.id for task in everything if task.id in parents and not (task.agent or task.role or task.run)
    )


def graph_of(entries: Sequence[Member]) -> Graph:
    """What waits for what among the entries of a plan."""
    return Graph(entries, frozenset(entry.id for entry in entries if entry.group))


class Graph:
    """The starts and ends of some tasks, and their ties. Ties to unknown tasks and to oneself are left out.

    Args:
        tasks: The tasks, in the order of the plan, each id once.
        groups: Which of them are groups.
    """

    def __init__(self, tasks: Sequence[Linked], groups: frozenset[str]) -> None:
        self._tasks = tasks
        self._groups = groups
        self._order = {task.id: position for position, task in enumerate(tasks)}

    def cycles(self) -> list[tuple[Wait, ...]]:
        """The circles of waiting, one for each knot: each task waits for the next, the last for the first."""
        if len(self._sorted) == 2 * len(self._tasks):
            return []
        import networkx as nx

        whole: nx.DiGraph[_Point] = nx.DiGraph()
        for before, after, tie in self._ties():
            if tie is not None and whole.has_edge(before, after):
                continue  # a parent that is a need too
            whole.add_edge(before, after, tie=tie)
        found: dict[frozenset[str], tuple[Wait, ...]] = {}
        for knot in nx.strongly_connected_components(whole):
            if len(knot) > 1:
                circle = self._circle(whole, min(knot, key=self._rank), knot)
                found.setdefault(frozenset(wait.task for wait in circle), circle)
        return sorted(found.values(), key=lambda circle: self._order[circle[0].task])

    def waves(self) -> Mapping[str, int]:
        """For each task, how many tasks must be done one after another before it starts, plus one.

        Only for a graph without cycles.
        """
        before, _ = self._depths(lambda task: task not in self._groups)
        return {task: int(before[2 * position]) + 1 for task, position in self._order.items()}

    def longest(self, weight: Callable[[str], float]) -> tuple[tuple[str, ...], float]:
        """The critical path: the tasks that must be done one after another and together weigh the most.

        Only for a graph without cycles.

        Args:
            weight: What a task weighs, such as its estimated seconds; groups weigh nothing.

        Returns:
            The tasks of the path in their order, without groups, and their weight.
        """
        depths, came = self._depths(lambda task: 0.0 if task in self._groups else weight(task))
        if not depths:
            return (), 0.0
        point = max(range(1, len(depths), 2), key=lambda at: depths[at])
        total = depths[point]
        path: list[str] = []
        while point >= 0:
            task = self._tasks[point // 2].id
            if point % 2 and task not in self._groups:
                path.append(task)
            point = came[point]
        return tuple(reversed(path)), total

    @cached_property
    def _after(self) -> list[list[int]]:
        """For each point the points behind it: start of task n is 2 n, its end 2 n + 1."""
        after: list[list[int]] = [[] for _ in range(2 * len(self._tasks))]
        order, grouped = self._order, self._groups
        for position, task in enumerate(self._tasks):
            start = 2 * position
            after[start].append(start + 1)
            for need in task.needs:
                other = order.get(need)
                if other is not None and other != position:
                    after[2 * other + 1].append(start)
            parent = order.get(task.parent) if task.parent is not None else None
            if parent is not None and parent != position:
                after[2 * parent + (task.parent not in grouped)].append(start)
            if grouped and (group := self.enclosing[task.id]) is not None:
                after[start + 1].append(2 * order[group] + 1)
        return after

    @cached_property
    def _sorted(self) -> list[int]:
        """The points, each behind all that it waits for; those in circles, and behind them, are missing."""
        after = self._after
        missing = [0] * len(after)
        for points in after:
            for point in points:
                missing[point] += 1
        ready = [point for point, count in enumerate(missing) if not count]
        for point in ready:  # grows while it is walked
            for other in after[point]:
                missing[other] -= 1
                if not missing[other]:
                    ready.append(other)
        return ready

    @cached_property
    def enclosing(self) -> Mapping[str, str | None]:
        """The innermost group that each task lies in, through any number of ordinary parents."""
        parents = {task.id: task.parent for task in self._tasks}
        known: dict[str, str | None] = {}
        for task in self._tasks:
            at = task.id
            way: list[str] = []
            found: str | None = None
            while at not in known:
                known[at] = None  # also ends a circle
                way.append(at)
                above = parents[at]
                if above is None or above == at or above not in parents:
                    break
                if above in self._groups:
                    found = above
                    break
                at = above
            else:
                found = known[at]
            known.update(dict.fromkeys(way, found))
        return known

    def _depths(self, weight: Callable[[str], float]) -> tuple[list[float], list[int]]:
        """For each point the greatest weight up to it, and the point it came from, -1 for none."""
        depths = [0.0] * len(self._after)
        came = [-1] * len(self._after)
        weights = [weight(task.id) for task in self._tasks]
        for point in self._sorted:
            if point % 2:
                depths[point] += weights[point // 2]
            here = depths[point]
            for other in self._after[point]:
                if here > depths[other] or came[other] < 0:
                    depths[other], came[other] = here, point
        return depths, came

    def _ties(self) -> Iterator[tuple[_Point, _Point, Tie | None]]:
        """Every tie, with its reason; None between a task's own start and end."""
        for task in self._tasks:
            start, end = (task.id, False), (task.id, True)
            yield start, end, None
            for need in task.needs:
                if need in self._order and need != task.id:
                    yield (need, True), start, Tie.NEED
            if task.parent is not None and task.parent in self._order and task.parent != task.id:
                member = task.parent in self._groups
                yield (task.parent, not member), start, Tie.MEMBER if member else Tie.PARENT
            if (group := self.enclosing[task.id]) is not None:
                yield end, (group, True), Tie.GROUP

    def _rank(self, point: _Point) -> tuple[int, bool]:
        return (self._order[point[0]], point[1])

    def _circle(self, whole: nx.DiGraph[_Point], point: _Point, knot: set[_Point]) -> tuple[Wait, ...]:
        """The shortest circle through a point."""
        import networkx as nx

        inside = whole.subgraph(knot)
        far = nx.single_source_shortest_path_length(inside, point)
        back = nx.shortest_path(inside, point, min(inside.predecessors(point), key=lambda last: far[last]))
        steps = [
            Wait(after[0], whole.edges[before, after]["tie"], before[0])
            for before, after in pairwise([*back, point])
            if before[0] != after[0]
        ]
        steps.reverse()
        first = min(range(len(steps)), key=lambda at: self._order[steps[at].task])
        return (*steps[first:], *steps[:first])
