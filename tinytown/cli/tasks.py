"""`tt tasks`, also `tt task list`: the tasks."""

from collections.abc import Sequence
from uuid import UUID

import click

from tinytown.agents import Agent
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import say, say_json
from tinytown.cli.states import task_state
from tinytown.cli.table import say_table
from tinytown.escape import shown
from tinytown.states import TaskState
from tinytown.tasks import Task

_HEADER = ("TASK", "STATE", "AGENT", "DESCRIPTION")


@click.command(
    "tasks",
    short_help="List the tasks.",
    epilog=examples("tt tasks", "tt tasks --state failed", "tt tasks --agent coder --json"),
)
@town_option
@click.option(
    "--state", "states", type=click.Choice([s.value for s in TaskState]), multiple=True, help="Only those."
)
@click.option("--tag", "tags", multiple=True, help="Only those with this tag.")
@click.option("--agent", help="Only those that are this agent's.")
@json_option
@click.pass_context
def command(
    ctx: click.Context, states: tuple[str, ...], tags: tuple[str, ...], agent: str | None, *, as_json: bool
) -> None:
    """List the tasks: those of the plan in its order, then the others by age."""
    with open_town(ctx) as town:
        tasks = [held.value for held in town.ledger.all().values()]
        agents = town.roster.shown()
        if agent is not None:
            whose = town.roster.find(agent).value
            tasks = [task for task in tasks if whose.id == task.assigned_to or task.agent == whose.name]
    chosen = [
        task
        for task in tasks
        if (not states or task.state.value in states) and all(tag in task.tags for tag in tags)
    ]
    if as_json:
        say_json([task.model_dump(mode="json") for task in chosen])
    else:
        say_tasks(chosen, agents)


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
