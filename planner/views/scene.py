"""A plan with its states and all that views tell of it, worked out when it is first asked for."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from planner.graph import Graph, graph_of
from planner.plan import Entry, Plan
from planner.views.state import Lives, state_of
from planner.views.wanted import Wanted
from planner.views.work import Work, work
from tinytown.durations import Duration, Source, Typical, expected
from tinytown.forecast import Forecast
from tinytown.states import ENDED, TaskState


class Part(NamedTuple):
    """How far a group is: how many of the tasks below it have completed, and of how many."""

    completed: int
    tasks: int


@dataclass(frozen=True)
class Scene:
    """What a view shows.

    Args:
        plan: The plan.
        live: The plan's tasks in Redis; where there is none, the file's status stands.
        wanted: Which tasks are to be shown.
        forecast: When the work will be done, if it goes on.
    """

    plan: Plan
    live: Lives | None = None
    wanted: Wanted = field(default_factory=Wanted)
    forecast: Forecast | None = None

    @cached_property
    def shown(self) -> tuple[Entry, ...]:
        """The tasks to show, in the plan's order."""
        return self.wanted.chosen(self.plan, self.live)

    @cached_property
    def chosen(self) -> frozenset[str]:
        """The ids of the tasks to show."""
        return frozenset(entry.id for entry in self.shown)

    @cached_property
    def states(self) -> Mapping[str, TaskState]:
        """The state of every task of the plan."""
        return {entry.id: state_of(entry, self.live) for entry in self.plan.entries}

    @cached_property
    def graph(self) -> Graph:
        """What waits for what in the whole plan."""
        return graph_of(self.plan.entries)

    @cached_property
    def waves(self) -> Mapping[str, int]:
        """For each task, after how many others it can start, plus one."""
        return self.graph.waves()

    @cached_property
    def children(self) -> Mapping[str | None, tuple[Entry, ...]]:
        """The tasks below each task, and on top, in the plan's order."""
        found: dict[str | None, list[Entry]] = {}
        for entry in self.plan.entries:
            found.setdefault(entry.parent, []).append(entry)
        return {parent: tuple(entries) for parent, entries in found.items()}

    @cached_property
    def parts(self) -> Mapping[str, Part]:
        """For each group how far it is; every task below it counts, at any depth, but groups do not."""
        order = list(self.children.get(None, ()))
        for entry in order:  # grows while it is walked: parents stand before their children
            order += self.children.get(entry.id, ())
        sums = {entry.id: Part(0, 0) for entry in order}
        for entry in reversed(order):
            if entry.parent is None:
                continue
            own, above = sums[entry.id], sums[entry.parent]
            done = not entry.group and self.states[entry.id] is TaskState.COMPLETED
            sums[entry.parent] = Part(
                above.completed + own.completed + done, above.tasks + own.tasks + (not entry.group)
            )
        return {entry.id: sums[entry.id] for entry in order if entry.group}

    @cached_property
    def counts(self) -> Mapping[TaskState, int]:
        """How many of the shown tasks are in each state that occurs; groups do not count."""
        found = Counter(self.states[entry.id] for entry in self.shown if not entry.group)
        return {state: found[state] for state in TaskState if found[state]}

    @cached_property
    def durations(self) -> Mapping[str, Duration]:
        """How long each task takes, as far as that is known; groups are left out."""
        took = {entry.id: self.took(entry) for entry in self.plan.entries}
        typical = Typical.of((entry, took[entry.id]) for entry in self.plan.entries)
        found = {
            entry.id: expected(entry, took[entry.id], typical) for entry in self.plan.entries if not entry.group
        }
        return {task: one for task, one in found.items() if one.source is not Source.GUESS}

    @cached_property
    def whole(self) -> Work:
        """The work of the whole plan."""
        return work(self.graph, self.plan.entries, self.durations, lambda _: True)

    @cached_property
    def left(self) -> Work:
        """The work that is left: of tasks that have not ended."""
        return work(self.graph, self.plan.entries, self.durations, lambda entry: self.states[entry.id] not in ENDED)

    @cached_property
    def critical(self) -> frozenset[str]:
        """The tasks on the critical path; none if nothing on it waits for anything."""
        path = self.whole.path
        return frozenset(path) if len(path) > 1 else frozenset()

    @cached_property
    def emphasised(self) -> frozenset[str]:
        """The tasks that a drawing emphasises: the critical path, if it was weighed by time."""
        return frozenset() if self.whole.seconds is None else self.critical

    def holder(self, entry: Entry) -> str | None:
        """The agent that has a task, if Redis knows and it is not just the one that the plan names."""
        held = self.live.get(entry.id) if self.live else None
        return held.agent if held and held.agent != entry.agent else None

    def attempt(self, entry: Entry) -> int | None:
        """The number of a task's attempt, as far as Redis knows the task."""
        held = self.live.get(entry.id) if self.live else None
        return held.attempt if held else None

    def took(self, entry: Entry) -> float | None:
        """How long a task takes by what it took before, in seconds, as far as Redis knows."""
        held = self.live.get(entry.id) if self.live else None
        return held.took if held else None

    def progress(self) -> dict[str, Any]:
        """How many tasks are shown, how many groups, and how many tasks are in each state."""
        return {
            "tasks": sum(self.counts.values()),
            "groups": sum(entry.group for entry in self.shown),
            **{state.value: self.counts.get(state, 0) for state in TaskState},
        }
