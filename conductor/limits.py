"""How many tasks may be at work at once, and how many are. Pure.

What is at work is counted on the board each time, so a count cannot drift from the truth.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from conductor.policy import Policy
from tinytown.tasks import Task


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit that is reached: how many it allows, and the pool that it is for; None for the whole."""

    most: int
    pool: str | None = None

    @property
    def name(self) -> str:
        return "max_parallel" if self.pool is None else f'pool "{self.pool}"'


class Limits:
    """What the plan's limits leave.

    Args:
        policy: The limits.
        live: The tasks that are assigned or running, also those that are in no plan.
    """

    def __init__(self, policy: Policy, live: Iterable[Task]) -> None:
        self._policy = policy
        self._count = 0
        self._pools: Counter[str] = Counter()
        for task in live:
            self.take(task)

    @property
    def full(self) -> Limit | None:
        """The limit of the whole plan, if it is reached."""
        most = self._policy.max_parallel
        return Limit(most) if most is not None and self._count >= most else None

    def reached(self, task: Task) -> Limit | None:
        """The limit that keeps a task back, if one does."""
        if task.pool is not None:
            most = self._policy.pools.get(task.pool)
            if most is not None and self._pools[task.pool] >= most:
                return Limit(most, task.pool)
        return self.full

    def take(self, task: Task) -> None:
        """A task is at work, or about to be."""
        self._count += 1
        if task.pool is not None:
            self._pools[task.pool] += 1
