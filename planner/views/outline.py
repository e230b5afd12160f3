"""The plan as frames and arrows, for every view that draws it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from planner.plan import Entry
from planner.views.scene import Scene


class Arrow(NamedTuple):
    """`target` starts after `origin` has ended; `critical`, if that is a step of the critical path."""

    origin: str
    target: str
    critical: bool


@dataclass(frozen=True)
class Outline:
    """What is drawn.

    Args:
        inside: What stands in each frame, in the plan's order; under None what stands in no frame. A group is a
            frame, unless none of its members are shown: then it is drawn like a task.
        arrows: Between tasks and frames that are shown, each pair once.
    """

    inside: Mapping[str | None, tuple[Entry, ...]]
    arrows: tuple[Arrow, ...]

    def framed(self, entry: Entry) -> bool:
        """Whether an entry is a frame."""
        return entry.id in self.inside


def outline(scene: Scene) -> Outline:
    """The frames and arrows of the tasks that are shown."""
    inside: dict[str | None, list[Entry]] = {None: []}
    for entry in scene.shown:
        inside.setdefault(_frame(scene, entry), []).append(entry)
    steps = _Steps(scene)
    return Outline(
        {frame: tuple(entries) for frame, entries in inside.items()},
        tuple(
            Arrow(origin, entry.id, steps.has(origin, entry.id))
            for entry in scene.shown
            for origin in _before(scene, entry)
            if origin in scene.chosen
        ),
    )


def _frame(scene: Scene, entry: Entry) -> str | None:
    """The innermost group around a task that is shown."""
    frame = scene.graph.enclosing[entry.id]
    while frame is not None and frame not in scene.chosen:
        frame = scene.graph.enclosing[frame]
    return frame


def _before(scene: Scene, entry: Entry) -> Iterator[str]:
    """What an entry waits for; the group that it is a member of holds it instead."""
    parent = entry.parent
    if parent is not None and not scene.plan.by_id[parent].group:
        yield parent
    for need in entry.needs:
        if need != parent or scene.plan.by_id[need].group:
            yield need


class _Steps:
    """The steps of the critical path, where a group stands for the task in it that is on the path."""

    def __init__(self, scene: Scene) -> None:
        path = scene.whole.path if scene.emphasised else ()
        self._enclosing = scene.graph.enclosing
        self._path = path
        self._place = {task: at for at, task in enumerate(path)}

    def has(self, origin: str, target: str) -> bool:
        at, to = self._place.get(origin), self._place.get(target)
        if at is not None:
            return at + 1 < len(self._path) and self._within(self._path[at + 1], target)
        if to is not None:
            return to > 0 and self._within(self._path[to - 1], origin)
        return any(
            self._within(one, origin) and self._within(other, target)
            for one, other in zip(self._path, self._path[1:], strict=False)
        )

    def _within(self, task: str, frame: str) -> bool:
        at: str | None = task
        while at is not None and at != frame:
            at = self._enclosing[at]
        return at is not None
