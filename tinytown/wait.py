"""Waits until an agent is at rest, or a task has ended: woken by what the journal tells."""

import socket
from collections.abc import Callable
from time import monotonic
from typing import TypeVar
from uuid import UUID

from tinytown.agents import Agent
from tinytown.channel import Channel
from tinytown.errors import (
    AgentDiedError,
    RedisUnreachableError,
    TimedOutError,
    UnknownAgentError,
    UnknownTaskError,
)
from tinytown.journal import Journal
from tinytown.record import Held
from tinytown.site import Site
from tinytown.spawn import dead_here
from tinytown.states import AgentState
from tinytown.tasks import Task

LOOK_SECONDS = 1.0
"""What is no event is seen so late: a death by kill -9, a message that came to nothing."""

T = TypeVar("T")


def await_agent(site: Site, held: Held[Agent], *, stopped: bool = False, timeout: float | None = None) -> Agent:
    """Waits until an agent has nothing in work and nothing in its inbox, or has stopped.

    Args:
        site: The town.
        held: The agent as it was read.
        stopped: Whether only its end counts.
        timeout: Seconds; None waits for ever.

    Returns:
        The agent as it is then.

    Raises:
        TimedOutError: It still has work, or still runs.
        AgentDiedError: It has died.
        UnknownAgentError: It was removed.
    """
    ident = held.value.id
    channel = Channel(site.connection, site.keys)

    def look() -> Agent | None:
        now = _agent(site, ident)
        if now.state is AgentState.ERROR or dead(site, now):
            raise AgentDiedError(f'agent "{now.name}" has died', f"Start it again: tt restart {now.name}")
        if now.gone:
            return now
        # What was reached may be newer than what was read before.
        return _agent(site, ident) if not stopped and channel.at_rest(ident) else None

    def late() -> TimedOutError:
        now = _agent(site, ident)
        what = "stopped" if stopped else "at rest"
        return TimedOutError(
            f'agent "{now.name}" is {now.state}, not {what}, after {timeout:g} s', f"See: tt logs {now.name}"
        )

    return await_change(Journal(site.connection, site.keys), look, timeout, late)


def await_task(site: Site, held: Held[Task], *, timeout: float | None = None) -> Task:
    """Waits until a task has ended. Returns it as it is then.

    Args:
        site: The town.
        held: The task as it was read.
        timeout: Seconds; None waits for ever.

    Raises:
        TimedOutError: It has not ended.
        UnknownTaskError: It was removed.
    """
    label = held.value.label

    def current() -> Task:
        now = site.ledger.get(held.value.id)
        if now is None:
            raise UnknownTaskError(f'task "{label}" was removed', "`tt tasks` lists those that are there.")
        return now.value

    def look() -> Task | None:
        now = current()
        return now if now.ended else None

    def late() -> TimedOutError:
        return TimedOutError(f'task "{label}" is {current().state} after {timeout:g} s', f"See: tt why {label}")

    return await_change(Journal(site.connection, site.keys), look, timeout, late)


def await_change(
    journal: Journal, look: Callable[[], T | None], timeout: float | None, late: Callable[[], TimedOutError]
) -> T:
    """Looks whenever something happens, until what it looks for is there. Returns that.

    Args:
        journal: What happens.
        look: Returns what is waited for, or None.
        timeout: Seconds; None waits for ever.
        late: The error for when the time is up.

    Raises:
        TimedOutError: As `late` made it.
        RedisUnreachableError: Redis is away, and did not come back at once.
    """
    deadline = None if timeout is None else monotonic() + timeout
    since = journal.last_id()
    broken = False
    while True:
        try:
            found = look()
            if found is not None:
                return found
            left = LOOK_SECONDS if deadline is None else min(LOOK_SECONDS, deadline - monotonic())
            if left <= 0:
                raise late()
            for event in journal.follow(since, left):
                since = event.id
        except RedisUnreachableError:
            if broken:
                raise
            broken = True  # the next command connects anew, or says why it cannot
        else:
            broken = False


def dead(site: Site, agent: Agent) -> bool:
    """Whether an agent that never signed off has no process any more.

    On its own machine its lock tells; elsewhere only that its heart has stopped.
    """
    if agent.gone:
        return False
    if agent.host in (None, socket.gethostname()):
        return dead_here(site, agent)
    return not site.roster.heartbeats({agent.id: agent})


def _agent(site: Site, ident: UUID) -> Agent:
    held = site.roster.get(ident)
    if held is None:
        raise UnknownAgentError(f"agent {ident} is gone", "`tt list` shows who is there.")
    return held.value
