"""What the end of an attempt makes of its task, and what is told of it. Pure."""

from tinytown.clock import now, spell
from tinytown.events import Event, task_event
from tinytown.report import Report
from tinytown.retry import may_retry, pause, respite, retried
from tinytown.states import TaskState
from tinytown.tasks import Task

GIST_CHARS = 200
"""So much of a result's first line is told in the event; the task has all of it."""


def ended(task: Task, report: Report, agent: str) -> tuple[Task, Event]:
    """The task after an attempt, and the event that tells of it.

    Args:
        task: The task, running.
        report: What came of the attempt.
        agent: The name of the agent that made it.
    """
    report = _overruled(task, report)
    after = _after(task, report)
    return after, _told(task, after, report, agent)


def _overruled(task: Task, report: Report) -> Report:
    """What its CLI has said of the attempt in so many words wins over how it ended."""
    if task.given_up is None:
        return report
    return report.model_copy(update={"state": TaskState.FAILED, "result": task.given_up, "later": False})


def _after(task: Task, report: Report) -> Task:
    if report.state is TaskState.COMPLETED:
        return task.complete(report.result)
    if report.state is TaskState.PENDING:
        return task.requeue(not_before=now() + respite(task) if report.later else None)
    if may_retry(task):
        return retried(task, report.result, now())
    return task.fail(report.result).evolve(failures=task.failures + 1)


def _told(before: Task, after: Task, report: Report, agent: str) -> Event:
    """The event of an attempt's end, with the gist of its result."""
    if report.state is TaskState.PENDING:
        again = f", tried again in {spell(respite(before).total_seconds())}" if report.later else ""
        return task_event("requeued", after, agent, reason=f"{_gist(report)}{again}")
    took = (after.completed_at or after.updated_at) - (before.started_at or after.updated_at)
    elapsed = f"{took.total_seconds():.3f}"
    if after.state is TaskState.PENDING:
        delay = f"{pause(before).total_seconds():.3f}"
        return task_event("retrying", after, agent, error=_gist(report) or None, delay=delay, elapsed=elapsed)
    return task_event(after.state.value, after, agent, result=_gist(report) or None, elapsed=elapsed)


def _gist(report: Report) -> str:
    """The first line; of a failure the last one too, which mostly tells the reason."""
    lines = report.result.strip().splitlines() or [""]
    gist = lines[0]
    if report.state is TaskState.FAILED and len(lines) > 1:
        gist = f"{gist}: {lines[-1]}"
    return gist[:GIST_CHARS]
