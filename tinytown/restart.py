"""Starts an agent anew: with its own CLI, role and nickname, also after a death."""

import socket

from tinytown.agents import Agent, Wish
from tinytown.clis import check_installed, resolve
from tinytown.journal import Journal
from tinytown.record import Held
from tinytown.site import Site
from tinytown.spawn import await_ready, spawn
from tinytown.stop import stop_agent


def restart(site: Site, held: Held[Agent], *, max_rounds: int = 0, idle_timeout: float = 0.0) -> Agent:
    """Stops an agent if it runs, starts it again, and waits until it is ready.

    The task that it works on ends at once and returns to pending, unharmed: what it was given by hand it takes up
    again itself.

    Args:
        site: The town.
        held: The agent as it was read.
        max_rounds: After so many tasks it stops; 0 for no end.
        idle_timeout: After so many seconds without work it stops; 0 for the town's own setting.

    Returns:
        The agent, ready.

    Raises:
        UnknownCliError: Its CLI is not installed any more; it goes on as it is.
        TimedOutError: It runs on another machine and does not stop.
        AgentExistsError, SpawnError: As `spawn` and `await_ready`.
    """
    agent = held.value
    check_installed(resolve(agent.cli, site.config))
    if agent.host in (None, socket.gethostname()) or site.roster.heartbeats({agent.id: held}):
        stop_agent(site, held)  # a death elsewhere leaves nobody to ask: the new process frees what the old one had
    journal = Journal(site.connection, site.keys)
    since = journal.last_id()
    wish = Wish(agent.name, agent.cli, agent.role, agent.team, max_rounds=max_rounds, idle_timeout=idle_timeout)
    return await_ready(site, spawn(site, wish), journal, since)
