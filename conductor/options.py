"""What may be chosen about how to conduct."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from conductor.team import Hiring


@dataclass(frozen=True, slots=True)
class Options:
    """How to conduct.

    Args:
        watch: Whether to stay when nothing more can happen.
        hiring: How to start missing agents; None to start none.
        unassigned_to: The agent for tasks that name none; None for the backlog.
        grace: Seconds to wait for somebody to start a missing agent, before giving up.
        plan: The ids of the tasks that the end is judged by; ended tasks that have left the plan do not count.
            None judges by all.
    """

    watch: bool = False
    hiring: Callable[[], Hiring] | None = None
    unassigned_to: str | None = None
    grace: float = 30.0
    plan: Collection[str] | None = None
