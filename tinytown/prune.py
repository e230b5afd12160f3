"""Removes the records of agents that are gone, with their mailboxes; nothing that somebody waits for is lost."""

import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tinytown.agents import Agent
from tinytown.bury import bury, held_by
from tinytown.channel import Channel, Delivery
from tinytown.clock import now, rfc3339
from tinytown.events import Event, dropped_event, task_event
from tinytown.hands import let_go
from tinytown.messages import ASSIGNMENT, UNTOLD
from tinytown.record import Held
from tinytown.report import kept
from tinytown.site import Site
from tinytown.spawn import dead_here
from tinytown.states import AgentState, TaskState
from tinytown.tasks import Task
from tinytown.transaction import Transaction

_NO_NEWS = (ASSIGNMENT, "shutdown")
"""Messages that say nothing to whoever is not there any more."""


@dataclass(frozen=True, slots=True)
class Estate:
    """What an agent that is gone leaves: its record, the messages that nobody has read, its unended tasks."""

    held: Held[Agent]
    unread: Sequence[Delivery]
    tasks: Sequence[Task]


def estates(site: Site, *, everybody: bool = False) -> list[Estate]:
    """What would be removed, by the names of the agents.

    Args:
        site: The town.
        everybody: Whether all that have no process count, not only those that have stopped or died for certain:
            those that never started, and those elsewhere whose heart has stopped.
    """
    agents = site.roster.all()
    beats = site.roster.heartbeats(agents)
    tasks = site.ledger.all().values()
    channel = Channel(site.connection, site.keys)
    found = []
    for ident, held in agents.items():
        if _removable(site, held.value, beats=ident in beats, everybody=everybody):
            mail = (*channel.taken(ident), *channel.waiting(ident))
            unread = [one for one in mail if one.message is None or one.message.type not in _NO_NEWS]
            found.append(Estate(held, unread, [one.value for one in _left(held.value, tasks)]))
    return found


def prune(site: Site, estate: Estate) -> list[Task]:
    """Removes one agent. Tasks of a plan return to pending, all others go to the backlog.

    Args:
        site: The town.
        estate: What it leaves. A message that comes after that was read stays in Redis.

    Returns:
        The tasks that went to the backlog.

    Raises:
        StaleError: It has changed in the meantime: somebody has started it again, say.
    """
    held = _buried(site, estate.held)
    agent = held.value
    transaction = Transaction(site.keys)
    backlog = []
    for task in _left(agent, site.ledger.all().values()):
        after, what = _given_up(task.value)
        transaction.change_task(task, after)
        transaction.tell(task_event(what, after, agent.name, reason=f"agent {agent.name} was removed"))
        if after.plan_id is None and after.state is TaskState.PENDING:
            transaction.add_to_backlog(after.id)
            backlog.append(after)
    channel = Channel(site.connection, site.keys)
    known = {one.text for one in estate.unread}
    for one in (*channel.taken(agent.id), *channel.waiting(agent.id)):
        if one.text in known or one.message is None or one.message.type in _NO_NEWS:
            transaction.acknowledge(agent.id, one.text).drop_message(agent.id, one.text)
            if one.message is not None and one.message.type not in UNTOLD:
                transaction.tell(dropped_event(one.message, agent.name, f"agent {agent.name} was removed"))
    transaction.delete_agent(held).delete(site.keys.alive(agent.id))
    transaction.tell(Event(type="agent.removed", at=rfc3339(now()), agent=agent.name))
    transaction.commit(site.connection)
    return backlog


def _removable(site: Site, agent: Agent, *, beats: bool, everybody: bool) -> bool:
    here = agent.host in (None, socket.gethostname())
    if here and (site.folder(agent.name) / "lock").exists() and not dead_here(site, agent):
        return False  # its process lives, whatever the record says: it signs off right now, or was taken for dead
    if agent.state in (AgentState.STOPPED, AgentState.ERROR) or (not agent.gone and dead_here(site, agent)):
        return True
    return everybody and not beats


def _buried(site: Site, held: Held[Agent]) -> Held[Agent]:
    """One that died and that nobody has buried yet is buried first: what it had finished counts."""
    if held.value.gone:
        return held
    transaction = Transaction(site.keys)
    report = kept(site.folder(held.value.name))
    after = bury(transaction, site.connection, held, site.ledger.all().values(), report=report)
    transaction.commit(site.connection)
    return after


def _left(agent: Agent, tasks: Iterable[Held[Task]]) -> list[Held[Task]]:
    """The unended tasks that only this agent would do: those in its hands, and those that it was given by hand."""
    everything = list(tasks)
    waiting = [
        held
        for held in everything
        if held.value.state is TaskState.PENDING and held.value.plan_id is None and held.value.agent == agent.name
    ]
    return [*held_by(agent.id, everything), *waiting]


def _given_up(task: Task) -> tuple[Task, str]:
    """The task without its agent, and the verb that tells of it."""
    after, what = (task, "requeued") if task.state is TaskState.PENDING else let_go(task, crashed=False)
    return (after if after.plan_id is not None else after.evolve(agent=None, updated_at=now())), what
