"""`tt tasks`, also `tt task list`: the tasks."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import click

from tinytown.agents import Agent
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import say, say_json
from tinytown.cli.states import task_state
from tinytown.cli.table import say_table
from tinytown.cli.words import count
from tinytown.downstream import below
from tinytown.errors import UnknownAgentError, UsageError
from tinytown.escape import shown
from tinytown.ids import nearest
from tinytown.ledger import meant
from tinytown.states import TaskState
from tinytown.tasks import Task
from tinytown.town import Town

_HEADER = ("TASK", "STATE", "AGENT", "DESCRIPTION")
_STATES = [state.value for state in TaskState]
_ORDERS: dict[str, Callable[[Task], Any] | None] = {
    "plan": None,
    "created": lambda task: task.created_at,
    "updated": lambda task: task.updated_at,
    "priority": lambda task: -task.priority.rank,
    "state": lambda task: _STATES.index(task.state.value),
}


@click.command(
    "tasks",
    short_help="List the tasks.",
    epilog=examples(
        "tt tasks",
        "tt tasks --state failed --state cancelled",
        "tt tasks --agent coder --json",
        "tt tasks --group login --order updated --reverse --limit 10",
    ),
)
@town_option
@click.option("--state", "states", metavar="STATE", multiple=True, help="Only those; may come again.")
@click.option("--tag", "tags", multiple=True, help="Only those with this tag; with several, with all of them.")
@click.option("--agent", help="Only those that are this agent's.")
@click.option("--parent", metavar="TASK", help="Only those right below this one.")
@click.option("--group", metavar="TASK", help="Only those below this one, at any depth.")
@click.option(
    "--order", type=click.Choice(list(_ORDERS)), default="plan", show_default=True, help="What comes first."
)
@click.option("--reverse", is_flag=True, help="The other way round.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most so many.")
@json_option
@click.pass_context
def command(
    ctx: click.Context, /, *, order: str, reverse: bool, limit: int | None, as_json: bool, **wanted: Any
) -> None:
    """List the tasks: those of the plan in its order, then the others by age."""
    for state in wanted["states"]:
        _check_state(state)
    with open_town(ctx) as town:
        fitting = _fitting(town, **wanted)
        agents = town.roster.shown()
    key = _ORDERS[order]
    if key is not None:
        fitting.sort(key=key)
    if reverse:
        fitting.reverse()
    chosen = fitting[:limit]
    if as_json:
        say_json([task.model_dump(mode="json") for task in chosen])
        return
    if any(wanted.values()) and not chosen:
        say("No task fits.")
        return
    say_tasks(chosen, agents)
    if chosen:
        say()
        say(_totals(fitting, len(chosen)))


def _check_state(state: str) -> None:
    if state not in _STATES:
        guess = nearest(state, _STATES)
        hint = f'Did you mean "{guess}"? ' if guess else ""
        raise UsageError(f'there is no state "{state}"', f"{hint}There are: {', '.join(_STATES)}")


def _fitting(
    town: Town,
    *,
    states: Sequence[str],
    tags: Sequence[str],
    agent: str | None,
    parent: str | None,
    group: str | None,
) -> list[Task]:
    """The tasks that are asked for, in the plan's order."""
    everything = town.ledger.all()
    tasks = {key: held.value for key, held in everything.items()}
    chosen = list(tasks.values())
    if agent is not None:
        chosen = _tasks_of(town, agent, chosen)
    if parent is not None:
        above = meant(parent, list(everything.values())).value.id
        chosen = [task for task in chosen if task.parent_id == above]
    if group is not None:
        members = {*below(tasks, meant(group, list(everything.values())).value.id)}
        chosen = [task for task in chosen if task.id in members]
    return [
        task
        for task in chosen
        if (not states or task.state.value in states) and all(tag in task.tags for tag in tags)
    ]


def _tasks_of(town: Town, agent: str, tasks: Sequence[Task]) -> list[Task]:
    """An agent's tasks; also of one that was never started, or that is gone and known by its id."""
    try:
        whose = town.roster.find(agent).value
    except UnknownAgentError:
        found = [task for task in tasks if agent == task.agent or agent in _ids(task.assigned_to)]
        if not found:
            raise
        return found
    return [task for task in tasks if whose.id == task.assigned_to or task.agent == whose.name]


def _ids(agent: UUID | None) -> tuple[str, ...]:
    """What a table calls an agent that is gone, and its whole id."""
    return () if agent is None else (str(agent), str(agent)[:8])


def _totals(tasks: Sequence[Task], shown_here: int) -> str:
    states = Counter(task.state.value for task in tasks)
    parts = ", ".join(f"{states[state]} {state}" for state in _STATES if states[state])
    here = "" if shown_here == len(tasks) else f"{shown_here} of "
    return f"{here}{count(len(tasks), 'task')}: {parts}"


def say_tasks(tasks: Sequence[Task], agents: Sequence[tuple[Agent, bool, int]]) -> None:
    """Prints a table of tasks.

    Args:
        tasks: The tasks.
        agents: Those who may have them.
    """
    if not tasks:
        say("No tasks. tt assign AGENT 'what is to be done' makes one.")
        return
    names = {agent.id: agent.name for agent, _, _ in agents}
    say_table(
        _HEADER,
        [
            (shown(task.label), task_state(task.state), shown(doer(task, names)), shown(task.description))
            for task in tasks
        ],
    )


def doer(task: Task, names: dict[UUID, str]) -> str:
    """Who has the task, or is to have it: an agent's name, `role:…`, or `-`.

    Args:
        task: The task.
        names: The agents' names by their ids.
    """
    if task.assigned_to is not None:
        return names.get(task.assigned_to, str(task.assigned_to)[:8])
    if task.agent:
        return task.agent
    return f"role:{task.role}" if task.role else "-"
