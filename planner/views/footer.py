"""What stands under a plan: how far it is, and how much work there is."""

from collections.abc import Iterator, Sequence

from planner.views.lines import FAINT, MARKED, Line, Piece, line
from planner.views.scene import Scene
from planner.views.state import CRITICAL
from planner.views.work import Work, brief
from tinytown.durations import Source
from tinytown.escape import shown
from tinytown.states import TaskState

_BAR = 30
_KNOWN = {
    Source.HISTORY: "by what it took before",
    Source.ESTIMATE: "by estimate",
    Source.TYPICAL: "by what others took",
}
_ENDS = (4, 3)
"""Of a long path so many tasks are named at its beginning and at its end."""


def footer(scene: Scene, *, bar: bool = False) -> list[Line]:
    """The progress, the critical path, what is left of it, and when it will be done.

    Args:
        scene: What is shown.
        bar: Whether to draw the progress, too.
    """
    lines = [*_bar(scene, bar=bar), _progress(scene)]
    if scene.wanted.everything:
        lines += _work_lines(scene)
        if scene.forecast is not None:
            lines.append(line(f"  {shown(scene.forecast.words())}"))
    return lines


def _progress(scene: Scene) -> Line:
    """`7 tasks and 1 group: 3 completed, 1 running, 3 pending`."""
    tasks = sum(scene.counts.values())
    grouped = len(scene.shown) - tasks
    told = number(tasks, "task") + (f" and {number(grouped, 'group')}" if grouped else "")
    if not scene.wanted.everything:
        told += f" of {len(scene.plan.entries)} fit {shown(scene.wanted.told())}"
    pieces = [Piece(f"{told}: " if tasks else told)]
    for at, (state, count) in enumerate(by_progress(scene)):
        pieces += [Piece(", ")] if at else []
        pieces.append(Piece(f"{count} {state}", state))
    return tuple(pieces)


def by_progress(scene: Scene) -> list[tuple[TaskState, int]]:
    """The counts, those first that are furthest."""
    order = (
        TaskState.COMPLETED,
        TaskState.RUNNING,
        TaskState.ASSIGNED,
        TaskState.PENDING,
        TaskState.FAILED,
        TaskState.CANCELLED,
    )
    return [(state, scene.counts[state]) for state in order if state in scene.counts]


def _bar(scene: Scene, *, bar: bool) -> Iterator[Line]:
    tasks = sum(scene.counts.values())
    if bar and tasks:
        done = scene.counts.get(TaskState.COMPLETED, 0)
        full = _BAR * done // tasks
        yield (
            Piece("━" * full, TaskState.COMPLETED),
            Piece("─" * (_BAR - full), FAINT),
            Piece(f" {100 * done // tasks}%"),
        )


def _work_lines(scene: Scene) -> Iterator[Line]:
    whole, left = scene.whole, scene.left
    if whole.seconds is None and not scene.critical:
        return
    yield (Piece(f"{CRITICAL} ", MARKED), Piece(f"critical path {length(whole)}: {way(whole.path)}"))
    yield line(f"  {_sum(whole)}")
    if left.tasks < whole.tasks:
        yield line(f"  left {_left(left)}")


def length(work: Work) -> str:
    """How long a path is: its time, or else its number of tasks."""
    return f"of {number(len(work.path), 'task')}" if work.seconds is None else brief(work.seconds)


def _sum(work: Work) -> str:
    if work.total is None:
        return "no task has an estimate"
    without = f", not counting {number(work.unestimated, 'task')} without an estimate" if work.unestimated else ""
    return f"{brief(work.total)} of work in all{_known_by(work)}{without}"


def _known_by(work: Work) -> str:
    """Where durations come from, if some have been learned: `, by what it took before`."""
    found = [source for source in _KNOWN if work.sources.get(source)]
    if not found or found == [Source.ESTIMATE]:
        return ""
    if len(found) == 1:
        return f", {_KNOWN[found[0]]}"
    told = [f"{_KNOWN[source]} ({number(work.sources[source], 'task')})" for source in found]
    return f", {', '.join(told[:-1])} and {told[-1]}"


def _left(work: Work) -> str:
    if not work.tasks:
        return "nothing"
    if not work.path:
        return f"{number(work.tasks, 'task')} without an estimate"
    total = "" if work.total is None else f"; {brief(work.total)} of work"
    return f"{length(work).removeprefix('of ')}: {way(work.path)}{total}"


def way(path: Sequence[str]) -> str:
    """A path in words; of a long one the middle is left out."""
    first, last = _ENDS
    if len(path) > first + last + 1:
        path = [*path[:first], f"… {len(path) - first - last} more …", *path[-last:]]
    return " → ".join(path)


def number(count: int, noun: str) -> str:
    """`1 task`, `2 tasks`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
