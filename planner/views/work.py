"""How much work there is, and how much of it must be done one after another."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from planner.graph import Graph
from planner.plan import Entry
from tinytown.durations import Duration, Source


@dataclass(frozen=True)
class Work:
    """Some tasks of a plan, weighed by how long they take; where that is known of none, each counts one.

    Args:
        path: The critical path: the tasks that take longest one after another.
        seconds: What the path takes; None if nothing is known.
        total: What all the tasks take together; None if nothing is known.
        tasks: How many tasks there are, without groups.
        unestimated: Of how many of them nothing is known.
        sources: How the durations of the others are known, and of how many each.
    """

    path: tuple[str, ...]
    seconds: float | None
    total: float | None
    tasks: int
    unestimated: int
    sources: Mapping[Source, int]


def work(
    graph: Graph, entries: Sequence[Entry], durations: Mapping[str, Duration], counts: Callable[[Entry], bool]
) -> Work:
    """The work that some tasks of a plan are.

    Args:
        graph: What waits for what in the whole plan.
        entries: All tasks of the plan.
        durations: How long each task takes, as far as that is known.
        counts: Whether a task is still to be counted; groups never are.
    """
    told = {task: duration.seconds for task, duration in durations.items()}
    counted = {entry.id for entry in entries if not entry.group and counts(entry)}

    def weight(task: str) -> float:
        return (told.get(task, 0.0) if told else 1.0) if task in counted else 0.0

    path, length = graph.longest(weight)
    return Work(
        path=tuple(task for task in path if task in counted),
        seconds=length if told else None,
        total=sum(seconds for task, seconds in told.items() if task in counted) if told else None,
        tasks=len(counted),
        unestimated=len(counted - told.keys()),
        sources=Counter(duration.source for task, duration in durations.items() if task in counted),
    )


def brief(secs: float) -> str:
    """A duration as one writes it in the plan: `1h20m`, `45s`, `1.5s`."""
    if secs < 60:  # noqa: PLR2004  seconds in a minute
        return f"{round(secs, 1):g}s"
    days, rest = divmod(round(secs), 86400)
    hours, rest = divmod(rest, 3600)
    minutes, left = divmod(rest, 60)
    parts = ((days, "d"), (hours, "h"), (minutes, "m"), (left, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number)
