"""What waits for what; here a child waits for its parent.

Each task has a start and an end, and rules tie them:

- a task ends after it starts, and starts after each of its needs has ended;
- a child of an ordinary task starts after that task has ended;
- a member of a group starts after the group has started, and the group ends after all its descendants have.

"All its descendants" would take a tie for each pair; instead every task has a third point, *whole*: it and
all below it have ended. A group's whole is its end. So the ties stay as few as the tasks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Protocol

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


class _At(StrEnum):
    START = "start"
    END = "end"
    WHOLE = "whole"


_Point = tuple[str, _At]


def groups(tasks: Iterable[Doer]) -> frozenset[str]:
    """The ids of the groups: tasks that have children and neither agent, role nor run."""
    everything = list(tasks)
    parents = {task.parent for task in everything}
    return frozenset(
        task.id for task in everything if task.id in parents and not (task.agent or task.role or task.run)
    )


class Graph:
    """The starts and ends of some tasks, and their ties. Ties to unknown tasks and to oneself are left out.

    Args:
        tasks: The tasks, in the order of the plan, each id once.
        groups: Which of them are groups.
    """

    def __init__(self, tasks: Sequence[Linked], groups: frozenset[str]) -> None:
        self._order = {task.id: position for position, task in enumerate(tasks)}
        self._groups = groups
        self._graph: nx.DiGraph[_Point] = nx.DiGraph()
        for task in tasks:
            self._tie(task)

    def cycles(self) -> list[tuple[Wait, ...]]:
        """The circles of waiting, one for each knot: each task waits for the next, the last for the first."""
        if nx.is_directed_acyclic_graph(self._graph):
            return []
        found: dict[frozenset[str], tuple[Wait, ...]] = {}
        for knot in nx.strongly_connected_components(self._graph):
            points = sorted((p for p in knot if p[1] is not _At.WHOLE), key=self._rank)
            if len(knot) > 1 and points:
                circle = self._circle(points[0], knot)
                found.setdefault(frozenset(wait.task for wait in circle), circle)
        return sorted(found.values(), key=lambda circle: self._order[circle[0].task])

    def waves(self) -> Mapping[str, int]:
        """For each task, how many tasks must be done one after another before it starts, plus one.

        Only for a graph without cycles.
        """
        depth: dict[_Point, int] = {}
        for point in nx.topological_sort(self._graph):
            works = point[1] is _At.END and point[0] not in self._groups
            before = max((depth[other] for other in self._graph.predecessors(point)), default=0)
            depth[point] = before + works
        return {task: depth[task, _At.START] + 1 for task in self._order}

    def _tie(self, task: Linked) -> None:
        start, end = (task.id, _At.START), (task.id, _At.END)
        whole = self._whole(task.id)
        self._graph.add_edge(start, end)
        if whole != end:
            self._graph.add_edge(end, whole)
        for need in task.needs:
            if need in self._order and need != task.id:
                self._graph.add_edge((need, _At.END), start, tie=Tie.NEED)
        parent = task.parent
        if parent is None or parent not in self._order or parent == task.id:
            return
        member = parent in self._groups
        before = (parent, _At.START if member else _At.END)
        if not self._graph.has_edge(before, start):  # unless the parent is a need too
            self._graph.add_edge(before, start, tie=Tie.MEMBER if member else Tie.PARENT)
        self._graph.add_edge(whole, self._whole(parent))

    def _whole(self, task: str) -> _Point:
        return (task, _At.END if task in self._groups else _At.WHOLE)

    def _rank(self, point: _Point) -> tuple[int, bool]:
        return (self._order[point[0]], point[1] is not _At.START)

    def _circle(self, point: _Point, knot: set[_Point]) -> tuple[Wait, ...]:
        """The shortest circle through a point."""
        ways = nx.single_source_shortest_path(self._graph.subgraph(knot), point)
        back = min((ways[p] for p in self._graph.predecessors(point) if p in ways), key=len)
        points = [p for p in back if p[1] is not _At.WHOLE]
        steps = [self._wait(before, after) for before, after in pairwise([*points, point]) if before[0] != after[0]]
        steps.reverse()
        first = min(range(len(steps)), key=lambda at: self._order[steps[at].task])
        return (*steps[first:], *steps[:first])

    def _wait(self, before: _Point, after: _Point) -> Wait:
        if after[1] is _At.END:
            return Wait(after[0], Tie.GROUP, before[0])
        return Wait(after[0], self._graph.edges[before, after]["tie"], before[0])
