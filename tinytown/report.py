"""Results that could not be reported because Redis was away: kept on disk, reported when it is back.

By the agent itself, by its next life, or by whoever buries it.
"""

import os
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from tinytown.states import TaskState
from tinytown.tasks import Task


class Report(BaseModel):
    """What came of one attempt at a task."""

    model_config = ConfigDict(frozen=True)

    task: UUID
    attempt: int
    state: TaskState
    result: str
    later: bool = False

    def awaited(self, task: Task, agent: UUID) -> bool:
        """Whether the task waits for this: it runs, and this attempt of this agent is the live one."""
        running = task.state is TaskState.RUNNING and task.assigned_to == agent
        return running and task.id == self.task and task.attempt == self.attempt


def keep(folder: Path, report: Report) -> None:
    """Writes a report into an agent's folder, whole or not at all."""
    file = folder / "report.json"
    draft = folder / "report.json.new"
    with draft.open("w", encoding="utf-8") as out:
        out.write(report.model_dump_json())
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)


def kept(folder: Path) -> Report | None:
    """The report that waits in an agent's folder, if there is one."""
    with suppress(OSError, ValidationError):
        return Report.model_validate_json((folder / "report.json").read_bytes())
    return None


def discard(folder: Path) -> None:
    """The report has reached Redis, or is of no use any more."""
    (folder / "report.json").unlink(missing_ok=True)
