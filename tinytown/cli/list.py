"""`tt list`: the agents."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import click

from tinytown.agents import Agent
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import say, say_json
from tinytown.cli.states import agent_state
from tinytown.cli.table import say_table
from tinytown.escape import shown
from tinytown.ids import CONDUCTOR, CONDUCTOR_ID
from tinytown.tasks import Task

_HEADER = ("AGENT", "STATE", "INBOX", "DONE", "CLI", "ROLE", "TASK")


@click.command("list", epilog=examples("tt list", "tt list --json"))
@town_option
@json_option
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """List the agents: their state, how many messages wait for each, and what it works on.

    An agent whose process is gone though it never signed off is shown as dead.
    """
    with open_town(ctx) as town:
        agents = town.roster.shown()
        if as_json:
            say_json([agent.model_dump(mode="json") for agent, _, _ in agents])
            return
        wanted = [agent.current_task for agent, _, _ in agents if agent.current_task]
        say_agents(agents, [held.value for held in town.ledger.get_many(wanted).values()])


def say_agents(agents: Sequence[tuple[Agent, bool, int]], tasks: Sequence[Task]) -> None:
    """Prints a table of agents.

    Args:
        agents: Each with whether it is alive and how many messages wait for it.
        tasks: The tasks that they may be at work on.
    """
    if not agents:
        say("No agents. tt spawn NAME starts one.")
        return
    names = {agent.id: agent.name for agent, _, _ in agents} | {CONDUCTOR_ID: CONDUCTOR}
    parents = any(agent.parent_agent_id for agent, _, _ in agents)
    labels = {task.id: f"{task.label}: {task.description}" for task in tasks}
    say_table(
        (*_HEADER[:-1], "FOR", _HEADER[-1]) if parents else _HEADER,
        [
            (
                shown(agent.label),
                agent_state(agent.state, dead=not alive and not agent.gone),
                str(inbox),
                str(agent.tasks_completed),
                shown(agent.cli),
                shown(agent.role or "-"),
                *([_parent(agent, names)] if parents else []),
                shown(labels.get(agent.current_task, str(agent.current_task))) if agent.current_task else "-",
            )
            for agent, alive, inbox in agents
        ],
    )


def _parent(agent: Agent, names: Mapping[UUID, str]) -> str:
    """Whom an agent works for; by its id if it is gone."""
    parent = agent.parent_agent_id
    return "-" if parent is None else shown(names.get(parent, str(parent)[:8]))
