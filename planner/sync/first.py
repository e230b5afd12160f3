"""What a first push of a plan would write, without a town to push to."""

from planner.plan import Plan
from planner.sync.compare import compare
from planner.sync.known import Remembered, recall
from planner.sync.outcome import pushed
from tinytown.tasks import Task


def first_tasks(plan: Plan, town: str) -> tuple[Task, ...]:
    """The tasks of a plan that nobody has pushed yet, in its order.

    Args:
        plan: The file.
        town: The town's name, which the tasks' ids depend on.
    """
    known = recall(plan, Remembered())
    writes = pushed(compare(plan, known).push(), plan, known, town)
    return tuple(write.after for write in writes if write.after is not None)
