"""`tt task show` and `tt task current`: everything about one task."""

import glob
from pathlib import Path
from typing import Any

import click

from tinytown.agents import Agent
from tinytown.cli.identity import own_agent
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import paint, say, say_json
from tinytown.cli.states import task_state
from tinytown.cli.tasks import doer
from tinytown.cli.words import local
from tinytown.clock import spell
from tinytown.config import RUNTIME
from tinytown.errors import UsageError
from tinytown.escape import shown
from tinytown.needs import by_name
from tinytown.tasks import Task, When
from tinytown.town import Town


@click.command(
    "show",
    short_help="Show everything about a task.",
    epilog=examples("tt task show build", "tt task show 550e8400 --json"),
)
@town_option
@click.argument("task")
@json_option
@click.pass_context
def show(ctx: click.Context, task: str, *, as_json: bool) -> None:
    """Show everything about TASK: its definition, its times, its result, and where its logs are."""
    with open_town(ctx) as town:
        _say_task(town, town.ledger.find(task).value, as_json=as_json)


@click.command(
    "current",
    short_help="Show what an agent works on.",
    epilog=examples("tt task current coder", "tt task current"),
)
@town_option
@click.argument("agent", required=False)
@json_option
@click.pass_context
def current(ctx: click.Context, agent: str | None, *, as_json: bool) -> None:
    """Show the task that AGENT works on; from inside an agent, its own."""
    with open_town(ctx) as town:
        whose = town.roster.find(agent).value if agent else own_agent(town)
        if whose is None:
            raise UsageError(
                "it is not said whose task",
                "Name an agent: tt task current AGENT; only inside an agent it can be left out.",
            )
        task = _current(town, whose)
        if task is not None:
            _say_task(town, task, as_json=as_json)
        elif as_json:
            say_json(None)
        else:
            say(f'Agent "{shown(whose.name)}" has no task in work.')


def _current(town: Town, agent: Agent) -> Task | None:
    held = town.ledger.get(agent.current_task) if agent.current_task else None
    return held.value if held else None


def _say_task(town: Town, task: Task, *, as_json: bool) -> None:
    logs = _logs(town.root, task)
    if as_json:
        say_json({**task.model_dump(mode="json"), "logs": [str(log) for log in logs]})
        return
    say(f"{paint(shown(task.label), bold=True)}  {task_state(task.state)}")
    names = {held.value.id: held.value.name for held in town.roster.all().values()}
    parent = town.ledger.get(task.parent_id) if task.parent_id else None
    facts: dict[str, Any] = {
        "id": task.id,
        "agent": doer(task, names),
        "parent": parent.value.label if parent else task.parent_id,
        "needs": ", ".join(_needs(town, task)),
        "tags": ", ".join(task.tags),
        "priority": task.priority.value,
        "run": task.run,
        "accept": task.accept,
        "timeout": task.timeout,
        "when": None if task.when is When.ALL_SUCCESS else task.when.value,
        "pool": task.pool,
        "approval": _approval(task),
        "failed": f"{task.failures} of {task.retries + 1} attempts" if task.failures else None,
        "attempt": task.attempt or None,
        "created": local(task.created_at),
        "started": local(task.started_at) if task.started_at else None,
        "ended": _ended(task),
        "not before": local(task.not_before) if task.not_before else None,
    }
    for name, value in facts.items():
        if value:
            say(f"  {name:<11} {shown(str(value))}")
    for log in logs:
        say(f"  {'log':<11} {shown(str(log))}")
    _say_text("description", task.description)
    if task.notes:
        _say_text("notes", "\n".join(f"{local(note.at)}  {note.who}: {note.text}" for note in task.notes))
    if task.result is not None:
        _say_text("result", task.result)


def _needs(town: Town, task: Task) -> list[str]:
    """What people call the tasks that it needs."""
    if not task.needs:
        return []
    found = {held.id: held for held in town.ledger.prerequisites(task)}
    names = by_name({**found, task.id: task})
    return [found[names[need]].label if need in names else need for need in task.needs]


def _approval(task: Task) -> str | None:
    if task.approved:
        note = f": {task.approval_note}" if task.approval_note else ""
        return f"by {task.approved_by}{note}"
    return f"waits for it: tt approve {task.label}" if task.approval and not task.ended else None


def _ended(task: Task) -> str | None:
    if task.completed_at is None:
        return None
    took = f", after {spell((task.completed_at - task.started_at).total_seconds())}" if task.started_at else ""
    return f"{local(task.completed_at)}{took}"


def _say_text(heading: str, text: str) -> None:
    say()
    say(paint(heading, dim=True))
    for line in shown(text, lines=True).split("\n"):
        say(f"  {line}")


def _logs(root: Path, task: Task) -> list[Path]:
    """The logs of the attempts at a task that there are on this machine, oldest first."""
    folder = root / RUNTIME / "logs"
    found = folder.glob(f"*/{glob.escape(task.label)}.*.log")
    attempts = [(log.suffixes[-2][1:], log) for log in found if log.name.count(".") > 1]
    return [
        log
        for number, log in sorted(attempts, key=lambda pair: (pair[0].zfill(9), str(pair[1])))
        if number.isdigit() and log.name == f"{task.label}.{number}.log"
    ]
