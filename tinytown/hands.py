"""What an agent has in its hands, and what becomes of it when it must let go. Pure."""

from uuid import UUID

from tinytown.states import UNDER_WAY, TaskState
from tinytown.tasks import Task

CRASH_LIMIT = 5
"""A task whose agent died so many times under it is failed: it is probably what kills them."""


def holds(agent: UUID, task: Task) -> bool:
    """Whether an agent has a task in its inbox or in work."""
    return task.assigned_to == agent and task.state in UNDER_WAY


def let_go(task: Task, *, crashed: bool) -> tuple[Task, str]:
    """The task after its agent let go of it, and the verb that tells of it.

    Args:
        task: The task, assigned or running.
        crashed: Whether the agent died rather than gave it up.
    """
    # A task that only lay in the inbox had no part in the crash.
    counts = crashed and task.state is TaskState.RUNNING
    if not counts or task.crashes + 1 < CRASH_LIMIT:
        return task.requeue(crashed=counts), "requeued"
    failed = task.fail(f"its agent died {CRASH_LIMIT} times while working on it")
    return failed.evolve(crashes=task.crashes + 1), "failed"
