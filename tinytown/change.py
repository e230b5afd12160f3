"""What a person's word makes of one task."""

from dataclasses import dataclass

from tinytown.states import UNDER_WAY, TaskState
from tinytown.tasks import Task


@dataclass(frozen=True, slots=True)
class Change:
    """One task before and after, the event's verb, and why."""

    before: Task
    after: Task
    what: str
    reason: str

    @property
    def undoes(self) -> bool:
        """Whether work is thrown away that was done, or is being done."""
        return self.what == "requeued" and (
            self.before.state in UNDER_WAY or (self.before.state is TaskState.COMPLETED and not self.before.skipped)
        )
