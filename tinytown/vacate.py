"""Ends all work in a town in good order: first its conductor, which might start agents anew, then its agents."""

import os
import signal
import socket
import time
from contextlib import suppress

from tinytown.agents import Agent
from tinytown.presence import Leader, check_nobody, presence
from tinytown.site import Site
from tinytown.stop import stop_agents

_PATIENCE = 15.0
"""A conductor that was told to end gets so long; without renewal its lease runs out sooner."""
_LOOK_SECONDS = 0.02


def vacate(site: Site, what: str) -> list[Agent]:
    """Stops whoever is at work.

    Args:
        site: The town.
        what: What is to happen then, for the message: `be reset`.

    Returns:
        The agents that were stopped.

    Raises:
        TownBusyError: A conductor is on another machine, or does not end, or another one takes over.
        TimedOutError: An agent is on another machine and does not answer.
    """
    leader = presence(site).conductor
    if leader is not None:
        _end(site, leader)
    stopped = stop_agents(site, presence(site).agents)
    check_nobody(site, what)
    return stopped


def _end(site: Site, leader: Leader) -> None:
    if leader.pid is None or leader.host != socket.gethostname():
        return
    with suppress(ProcessLookupError, PermissionError):
        os.kill(leader.pid, signal.SIGTERM)
    deadline = time.monotonic() + _PATIENCE
    while site.connection.run("GET", site.keys.conductor) == leader.lease and time.monotonic() < deadline:
        time.sleep(_LOOK_SECONDS)
