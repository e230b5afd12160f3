"""The laws of delivery, checked on what the journal of a finished run tells.

No child starts before its prerequisites have ended as its `when` wants them; at most one attempt of a task is
live; every attempt that began has exactly one end; every attempt is assigned once; nothing completes twice or runs
after completion.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from tinytown.events import Event
from tinytown.ids import task_id
from tinytown.tasks import Task, When

_ENDS = ("task.completed", "task.failed", "task.cancelled", "task.requeued", "task.retrying")
_UNSTARTED = ("task.created", "task.updated", "task.approved", "task.rejected", "task.given_up")
_NO_MOVE = ("task.stalled",)


@dataclass(slots=True)
class _Past:
    """What has happened to one task so far."""

    last: int = 0
    live: int | None = None
    started: bool = False
    completed: bool = False
    opened: bool = False
    open_now: bool = False
    outcome: str = ""
    starts: int = 0


@dataclass(slots=True)
class Laws:
    """Reads a journal from its beginning and notes every breach.

    Args:
        town: The town's name.
        tasks: Its tasks.
    """

    town: str
    tasks: Mapping[UUID, Task]
    breaches: list[str] = field(default_factory=list)
    past: dict[UUID, _Past] = field(default_factory=dict)

    def read(self, events: Iterable[Event]) -> None:
        for event in events:
            if event.task is not None and UUID(event.task) in self.tasks:
                task = self.tasks[UUID(event.task)]
                past = self.past.setdefault(task.id, _Past())
                needless = event.type == "task.skipped" and event.state == "cancelled"
                past.outcome = "skipped" if needless else event.state or past.outcome
                if task.group:
                    self._group(event, task, past)
                else:
                    self._task(event, task, past)

    def _group(self, event: Event, task: Task, past: _Past) -> None:
        if event.type == "task.started":
            # One that failed opens again when a member that could never start turns out not to be needed.
            self._expect(not (past.open_now or past.completed), event, "the group is open")
            self._prerequisites(event, task)
            past.opened = past.open_now = True
        elif event.type == "task.requeued":
            self._expect(past.opened and not past.open_now, event, "the group had not failed")
        elif event.type in _ENDS:
            self._expect(past.opened and not past.completed, event, "the group is not open")
            past.completed = event.type == "task.completed"
            past.open_now = False

    def _task(self, event: Event, task: Task, past: _Past) -> None:
        if event.type in _UNSTARTED:
            return
        if event.type in _NO_MOVE:
            self._expect(past.started and past.live == event.attempt, event, "it was not at work")
            return
        self._expect(not past.completed, event, "it had completed")
        if event.type == "task.assigned":
            self._expect(past.live is None, event, f"attempt {past.live} is live")
            self._expect(event.attempt == past.last + 1, event, f"attempt {past.last} was the last")
            self._prerequisites(event, task)
            past.live = past.last = event.attempt or 0
            past.started = False
        elif event.type == "task.started":
            self._expect(past.live == event.attempt and not past.started, event, "it was not assigned")
            past.started = True
            past.starts += 1
        elif event.type == "task.skipped":  # by the conductor before it began, or by a person at any time
            past.live = None
            past.completed = event.state == "completed"
        elif event.type in _ENDS:
            self._expect(past.live == event.attempt, event, f"not the live attempt, which is {past.live}")
            self._expect(past.started or event.type != "task.completed", event, "it had not started")
            past.live = None
            past.completed = event.type == "task.completed"

    def _prerequisites(self, event: Event, task: Task) -> None:
        before = [task_id(self.town, need) for need in task.needs]
        if task.parent_id is not None and self.tasks[task.parent_id].group:
            self._expect(self.past.get(task.parent_id, _Past()).opened, event, "its group was not open")
        elif task.parent_id is not None:
            before.append(task.parent_id)
        outcomes = {self.past.get(key, _Past()).outcome for key in before}
        self._expect(_allows(task.when, outcomes), event, f"its prerequisites were {outcomes}")

    def _expect(self, holds: bool, event: Event, why: str) -> None:  # noqa: FBT001  reads like an assertion
        if not holds:
            self.breaches.append(f"{event.id} {event.type} {event.plan_id or event.task} {event.attempt}: {why}")


def _allows(when: When, outcomes: set[str]) -> bool:
    """Whether prerequisites with these outcomes release a task. One that never started may be blocked."""
    match when:
        case When.ALL_SUCCESS:
            return outcomes <= {"completed"}
        case When.NONE_FAILED:
            return outcomes <= {"completed", "cancelled", "skipped"}
        case When.ALL_DONE:
            return not outcomes & {"assigned", "running"}
    return bool(outcomes & {"failed", "cancelled", "pending", ""})


def check(town: str, tasks: Mapping[UUID, Task], events: Iterable[Event]) -> dict[UUID, int]:
    """Asserts that the journal of a finished run keeps every law.

    Args:
        town: The town's name.
        tasks: Its tasks, as they are at the end.
        events: Its journal.

    Returns:
        How often each task was started.
    """
    laws = Laws(town, tasks)
    laws.read(events)
    for task, past in laws.past.items():
        if past.live is not None:
            laws.breaches.append(f"{tasks[task].label}: attempt {past.live} never ended")
        if past.completed != (tasks[task].state == "completed"):
            laws.breaches.append(f"{tasks[task].label} is {tasks[task].state}, the journal says otherwise")
    assert not laws.breaches, "\n".join(laws.breaches)
    return {task: past.starts for task, past in laws.past.items()}
