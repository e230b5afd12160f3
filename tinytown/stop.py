"""Stops an agent: asks its process, waits for it, and clears away what a dead or frozen one left."""

import os
import signal
import socket
import time
from collections.abc import Iterable
from contextlib import suppress

from tinytown.agents import Agent
from tinytown.bury import bury
from tinytown.errors import StaleError, TimedOutError
from tinytown.events import agent_event
from tinytown.ids import CONDUCTOR_ID
from tinytown.journal import Journal
from tinytown.messages import Message
from tinytown.record import Held
from tinytown.report import kept
from tinytown.site import Site
from tinytown.spawn import dead_here
from tinytown.states import AgentState
from tinytown.tasks import Priority
from tinytown.transaction import Transaction

STOP_SECONDS = 10.0
"""An agent that was told to stop now gets so long before its process is killed."""

_EXIT_SECONDS = 5.0
_LOOK_SECONDS = 0.01


def ask_to_stop(site: Site, held: Held[Agent], *, drain: bool) -> None:
    """Tells an agent to stop; it hears it within a second, also in the middle of a task.

    Args:
        site: The town.
        held: The agent as it was read.
        drain: Whether it may finish its present task first. If not, that task returns to pending.

    Raises:
        StaleError: The agent changed in the meantime.
    """
    after = held.value.become(AgentState.DRAINING, stop_now=not drain)
    transaction = Transaction(site.keys)
    transaction.change_agent(held, after)
    transaction.push(Message.new("shutdown", sender=CONDUCTOR_ID, to=after.id, priority=Priority.URGENT))
    transaction.tell(agent_event(after))
    transaction.commit(site.connection)


def stop_agents(site: Site, agents: Iterable[Held[Agent]], *, drain: bool = False) -> list[Agent]:
    """Stops several agents at the same time: all are asked first, then waited for.

    Args:
        site: The town.
        agents: The agents as they were read; those that have stopped already are left alone.
        drain: Whether they may finish their present tasks first.

    Returns:
        Those that were stopped.

    Raises:
        TimedOutError: As `stop_agent`, for the first one of which it is true.
    """
    present = [held for held in agents if not held.value.gone]
    for held in present:
        if not dead_here(site, held.value):
            _ask(site, held, drain=drain)
    found = (site.roster.get(held.value.id) for held in present)
    return [stop_agent(site, held, drain=drain) for held in found if held is not None]


def stop_agent(site: Site, held: Held[Agent], *, drain: bool = False, timeout: float | None = None) -> Agent:
    """Stops an agent and waits until it has.

    Args:
        site: The town.
        held: The agent as it was read.
        drain: Whether it may finish its present task first; then there is no limit unless `timeout` is set.
        timeout: Seconds to wait; when they are over, a draining agent is left to it, any other is killed.

    Returns:
        The agent, stopped.

    Raises:
        TimedOutError: It drains still; or it is on another machine and does not answer.
    """
    agent = held.value
    journal = Journal(site.connection, site.keys)
    since = journal.last_id()
    asked = agent.state is AgentState.DRAINING and (agent.stop_now or drain)
    if not agent.gone and not asked and not dead_here(site, agent):
        _ask(site, held, drain=drain)
    limit = timeout if timeout is not None or drain else STOP_SECONDS
    deadline = None if limit is None else time.monotonic() + limit
    killed = False
    while True:
        now = site.roster.get(agent.id)
        if now is None or now.value.gone:
            _await_exit(site, agent)
            return now.value if now else agent
        if dead_here(site, now.value):
            return _clear(site, now)
        left = 1.0 if deadline is None else deadline - time.monotonic()
        if left <= 0:
            if drain or killed or not _kill(now.value):
                raise TimedOutError(
                    f'agent "{agent.name}" has not stopped after {limit:g} s',
                    "It finishes its task first; `tt kill` without --drain ends it at once."
                    if drain
                    else f"It runs on {now.value.host}; end its process there.",
                )
            killed, deadline = True, time.monotonic() + STOP_SECONDS
        for event in journal.follow(since, min(max(left, 0.01), 0.2)):
            since = event.id


def _ask(site: Site, held: Held[Agent], *, drain: bool) -> None:
    current: Held[Agent] | None = held
    while current is not None and not current.value.gone:
        try:
            ask_to_stop(site, current, drain=drain)
        except StaleError:
            current = site.roster.get(held.value.id)
        else:
            return


def _await_exit(site: Site, agent: Agent) -> None:
    """Waits for the last breath of a process that has signed off: until then its name is not free."""
    deadline = time.monotonic() + _EXIT_SECONDS
    while (
        agent.host == socket.gethostname()
        and (site.folder(agent.name) / "lock").exists()
        and not dead_here(site, agent)
        and time.monotonic() < deadline
    ):
        time.sleep(_LOOK_SECONDS)


def _kill(agent: Agent) -> bool:
    if agent.pid is None or agent.host != socket.gethostname():
        return False
    with suppress(ProcessLookupError):
        os.kill(agent.pid, signal.SIGKILL)
    return True


def _clear(site: Site, held: Held[Agent]) -> Agent:
    """Buries an agent whose process is gone; somebody else may be quicker."""
    transaction = Transaction(site.keys)
    report = kept(site.folder(held.value.name))
    tasks = site.ledger.all().values()
    after = bury(transaction, site.connection, held, tasks, report=report, state=AgentState.STOPPED)
    try:
        transaction.commit(site.connection)
    except StaleError:
        now = site.roster.get(held.value.id)
        return now.value if now else held.value
    return after.value
