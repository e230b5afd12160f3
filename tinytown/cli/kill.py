"""`tt kill`: stops an agent."""

import click

from tinytown.agents import Agent
from tinytown.cli.opening import open_town
from tinytown.cli.options import DURATION, examples, town_option
from tinytown.cli.output import icon, say
from tinytown.cli.words import count
from tinytown.escape import shown
from tinytown.record import Held
from tinytown.stop import stop_agent
from tinytown.town import Town


@click.command("kill", epilog=examples("tt kill coder", "tt kill coder --drain --timeout 10m"))
@town_option
@click.argument("name")
@click.option("--drain", is_flag=True, help="Let it finish its present task first, however long that takes.")
@click.option(
    "--timeout", type=DURATION, help="Wait so long at most: 90, 5m. [default: 10 s; no limit with --drain]"
)
@click.pass_context
def command(ctx: click.Context, name: str, timeout: float | None, *, drain: bool) -> None:
    """Stop the agent NAME and wait until it has stopped.

    The task that it works on ends at once and returns to pending, unless --drain lets it finish. A process
    that does not stop is killed. `tt spawn NAME` brings the agent back.
    """
    with open_town(ctx) as town:
        say_stopped(town, town.roster.find(name), drain=drain, timeout=timeout)


def say_stopped(town: Town, held: Held[Agent], *, drain: bool, timeout: float | None) -> Agent:
    """Stops an agent, waits until it has stopped, and tells.

    Args:
        town: Its town.
        held: The agent as it was read.
        drain: Whether it may finish its present task first.
        timeout: Seconds to wait; None for the usual.

    Returns:
        The agent, stopped.

    Raises:
        TimedOutError: It still runs.
    """
    if held.value.gone:
        say(f'Agent "{shown(held.value.name)}" does not run: it is {held.value.state}.')
        return held.value
    since = town.journal.last_id()
    agent = stop_agent(town.site, held, drain=drain, timeout=timeout)
    requeued = {
        event.task
        for event in town.journal.since(since)
        if event.type == "task.requeued" and event.agent == agent.name
    }
    back = f"; {count(len(requeued), 'task')} went back to pending" if requeued else ""
    say(f'{icon("🛑")}Agent "{shown(agent.name)}" has stopped{back}.')
    return agent
