"""`tt stop`: stops the agents, then the town's Redis. Nothing is lost."""

import socket
from dataclasses import dataclass

import click

from tinytown import config as configuration
from tinytown.agents import Agent
from tinytown.cli.opening import town_folder
from tinytown.cli.options import examples, town_option
from tinytown.cli.output import icon, say
from tinytown.cli.words import count
from tinytown.connection import Connection
from tinytown.errors import RedisUnreachableError
from tinytown.escape import shown
from tinytown.record import Held
from tinytown.stop import stop_agents
from tinytown.town import Town, locate


@dataclass(frozen=True, slots=True)
class Stopped:
    """What stopping a town brought about: agents stopped, tasks back to pending, whether Redis ran."""

    agents: int
    requeued: int
    redis: bool


@click.command("stop", epilog=examples("tt stop", "tt stop --drain"))
@town_option
@click.option("--drain", is_flag=True, help="Let each agent finish its present task first.")
@click.pass_context
def command(ctx: click.Context, *, drain: bool) -> None:
    """Stop all agents, then the town's Redis.

    Nothing is lost: every task, message and event is on disk, and a task that was in work returns to pending.
    A Redis that the town does not manage goes on running; then only the agents stop.
    """
    town = _reached(ctx)
    if town is None:
        say("The town does not run.")
        return
    try:
        report_stop(town, stop_town(town, drain=drain))
    finally:
        town.connection.close()


def stop_town(town: Town, *, drain: bool) -> Stopped:
    """Stops every agent of a town, all at once, and then its Redis if that is managed.

    Args:
        town: The town.
        drain: Whether agents may finish their present tasks.

    Raises:
        TimedOutError: An agent on another machine does not answer; Redis runs on.
    """
    since = town.journal.last_id()
    agents = stop_agents(town.site, _within_reach(town), drain=drain)
    events = town.journal.since(since)
    requeued = {event.task for event in events if event.type == "task.requeued"}
    redis = town.server.stop() if town.server is not None else False
    return Stopped(len(agents), len(requeued), redis)


def report_stop(town: Town, stopped: Stopped) -> None:
    """Says what stopping a town brought about."""
    agents = count(stopped.agents, "agent")
    tasks = f"; {count(stopped.requeued, 'task')} went back to pending" if stopped.requeued else ""
    say(f'{icon("🛑")}Town "{shown(town.name)}": stopped {agents}{tasks}.')
    if stopped.redis:
        say("Redis is stopped; everything is on disk. tt start brings it back.")
    elif town.server is None:
        say(f"Redis at {shown(str(town.connection.address))} is not the town's own and goes on running.")


def _reached(ctx: click.Context) -> Town | None:
    """The town, if its Redis runs: one that is stopped is not started in order to stop it."""
    root = configuration.find(town_folder(ctx))
    config = configuration.load(root)
    address, server = locate(root, config)
    connection = Connection(address)
    try:
        connection.check_version()
    except RedisUnreachableError:
        if server is None:
            raise
        server.stop()  # also tells agents that still look for it that it was meant
        return None
    return Town(root, config, connection, server, started=False)


def _within_reach(town: Town) -> list[Held[Agent]]:
    """The agents with a process. Those of other machines without a heartbeat have none to be reached."""
    agents = {ident: held for ident, held in town.roster.all().items() if not held.value.gone}
    beats = town.roster.heartbeats(agents)
    here = socket.gethostname()
    return [held for ident, held in agents.items() if ident in beats or held.value.host == here]
