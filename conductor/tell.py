"""What happened, in one line for people. Pure."""

import json
from collections import Counter

from conductor.board import Board
from conductor.summary import Summary
from tinytown.clock import spell
from tinytown.escape import shown
from tinytown.events import Event

ICONS = {
    "task.started": "▶",
    "task.completed": "✅",
    "task.failed": "❌",
    "task.cancelled": "🚫",
    "task.requeued": "↩",
    "task.retrying": "🔁",
    "task.stalled": "💤",
    "task.skipped": "⏭",
    "task.approved": "👍",
    "task.rejected": "👎",
    "plan.pushed": "⬆",
    "town.paused": "⏸",
    "town.resumed": "▶",
    "conductor.standby": "⏳",
    "conductor.waiting": "⏳",
    "conductor.spawn_failed": "❗",
    "agent.idle": "🤖",
    "agent.paused": "⏸",
    "agent.error": "💀",
    "agent.quarantined": "⛔",
    "agent.stopped": "👋",
}
"""The events that are worth a line, and the icon of each."""


MOST = 20
"""So many tasks that did not complete are named at the end."""


def line(event: Event, board: Board) -> str | None:
    """A sentence for an event, or None if it is not worth one.

    Args:
        event: What happened.
        board: To name tasks and take results from.
    """
    if event.type not in ICONS:
        return None
    kind, what = event.type.split(".", 1)
    if kind == "task":
        return shown(_task_line(event, board, what))
    if kind == "agent":
        said = {"idle": "is ready", "paused": "is paused", "error": "died", "stopped": "has stopped"}
        word = event.details.get("reason") or said[what]
        return shown(f"agent {event.agent} {word}")
    return shown(_conductor_line(event, what))


def _task_line(event: Event, board: Board, what: str) -> str:
    label = event.plan_id or (event.task or "")[:8]
    task = board.find(event.plan_id) if event.plan_id else None
    if task is not None and task.group:
        word = {"started": "opened", "completed": "complete"}.get(what, what)
        return f"{label}: group {word}"
    by = f" ({event.agent})" if event.agent else ""
    again = f", attempt {event.attempt}" if event.attempt and event.attempt > 1 else ""
    took = f" in {spell(float(event.details['elapsed']))}" if "elapsed" in event.details else ""
    if what == "retrying":
        return f"{label} failed{by}{again}{took}, will be tried again{_later(event)}{_gist(event)}"
    if what == "stalled":
        silent = spell(float(event.details.get("silent", 0)))
        return f"{label} has put out nothing for {silent}{by}{again}"
    return f"{label} {what}{by}{again}{took}{_gist(event)}"


def _later(event: Event) -> str:
    delay = float(event.details.get("delay", 0))
    return f" in {spell(delay)}" if delay else ""


def _gist(event: Event) -> str:
    details = event.details
    gist = details.get("reason") or details.get("result") or details.get("error")
    return f": {gist}" if gist else ""


def _conductor_line(event: Event, what: str) -> str:
    details = event.details
    if event.type == "plan.pushed":
        return "the plan was pushed"
    if event.type.startswith("town."):
        return f"the town is {what} {details.get('reason', '')}"
    if what == "standby":
        return f"another conductor is in charge{_holder(details.get('holder', ''))}; standing by"
    if what == "spawn_failed":
        return f"could not start {event.agent or details.get('agent')}: {details.get('reason')}"
    if "reason" in details:
        return f"waiting: {details['reason']}"
    return f"{details.get('task')} waits for {details.get('agent')}; start it: tt spawn {details.get('agent')}"


def _holder(lease: str) -> str:
    """Where the conductor is that holds a lease."""
    try:
        told = json.loads(lease)
        return f" (pid {told['pid']} on {told['host']})"
    except (ValueError, KeyError, TypeError):
        return ""


def summary_lines(summary: Summary) -> list[str]:
    """The end of a run, in lines: how many completed, and why each other task did not."""
    if summary.total == 0:
        return ["nothing to do: there are no tasks; push some: tt sync push"]
    counts = Counter(summary.states)
    others = ", ".join(
        f"{counts[state]} {state}"
        for state in ("failed", "cancelled", "running", "assigned", "pending")
        if counts[state]
    )
    head = f"{summary.completed} of {summary.total} tasks completed in {spell(summary.elapsed)}"
    lines = [f"{head}; {others}" if others else head]
    for task in summary.unfinished[:MOST]:
        first, *rest = task.why.splitlines() or [""]
        lines.append(shown(f"  {task.state:<9} {task.label}: {first}"))
        lines += [shown(f"            {more}") for more in rest[-5:]]
    if len(summary.unfinished) > MOST:
        lines.append(f"  and {len(summary.unfinished) - MOST} more: tt tasks, tt why TASK")
    return lines
