"""The ready tasks, sorted: one queue for each kind of agent that may do them. No I/O."""

from bisect import bisect_left, insort
from collections import defaultdict
from uuid import UUID

from conductor.order import Place
from tinytown.tasks import Task

Target = tuple[str, str]
"""Who may do a task: ("agent", name), ("role", role), ("any", ""); or one of those below, who are no agents."""

BACKLOG: Target = ("nobody", "")
"""Tasks that nobody is named for."""
GROUPS: Target = ("group", "")
"""Groups that may open."""
SPARE: Target = ("spare", "")
"""Tasks that turned out not to be needed."""
REVIVED: Target = ("revived", "")
"""Tasks that had not been needed, and may be needed after all."""
UNAPPROVED: Target = ("unapproved", "")
"""Tasks that nothing keeps back but a person."""

NO_AGENTS = frozenset({BACKLOG, GROUPS, SPARE, REVIVED, UNAPPROVED})


def target_of(task: Task, unassigned_to: str | None) -> Target:
    """Who may do a task.

    Args:
        task: The task.
        unassigned_to: The agent that tasks without a named one go to; None for the backlog.
    """
    if task.agent:
        return ("agent", task.agent)
    if task.role:
        return ("role", task.role)
    if task.run:
        return ("any", "")
    return ("agent", unassigned_to) if unassigned_to else BACKLOG


class Queues:
    """Ready tasks by target, the first to go first."""

    def __init__(self) -> None:
        self.waiting: dict[Target, list[tuple[Place, UUID]]] = defaultdict(list)
        self._spots: dict[UUID, tuple[Target, Place]] = {}

    def add(self, task: UUID, target: Target, place: Place) -> None:
        """A task has become ready. Does nothing if it stands in this queue already."""
        spot = self._spots.get(task)
        if spot is None or spot[0] != target:
            self.drop(task)
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
