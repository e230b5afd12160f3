"""The ready tasks, sorted: one queue for each kind of agent that may do them. No I/O."""

from bisect import bisect_left, insort
from collections import defaultdict
from uuid import UUID

from conductor.order import Place

Target = tuple[str, str]
"""Who may do a task: ("agent", name), ("role", role), ("any", "") or ("nobody", ""); ("group", "") for groups."""


class Queues:
    """Ready tasks by target, the first to go first."""

    def __init__(self) -> None:
        self.waiting: dict[Target, list[tuple[Place, UUID]]] = defaultdict(list)
        self._spots: dict[UUID, tuple[Target, Place]] = {}

    def add(self, task: UUID, target: Target, place: Place) -> None:
        """A task has become ready. Does nothing if it stands in a queue already."""
        if task not in self._spots:
            insort(self.waiting[target], (place, task))
            self._spots[task] = (target, place)

    def drop(self, task: UUID) -> None:
        """A task is ready no longer. Does nothing if it stands in no queue."""
        spot = self._spots.pop(task, None)
        if spot is not None:
            target, place = spot
            queue = self.waiting[target]
            del queue[bisect_left(queue, (place, task))]

    def clear(self) -> None:
        """Nothing is ready."""
        self.waiting.clear()
        self._spots.clear()
