"""Lets a town or an agent rest: what has begun is finished, nothing else is begun until it is resumed."""

from collections.abc import Callable
from contextlib import suppress

from tinytown.agents import Agent
from tinytown.bury import hand_back
from tinytown.clock import now
from tinytown.errors import StaleError, UnlawfulMoveError
from tinytown.events import agent_event, town_event
from tinytown.keys import PAUSED
from tinytown.pause_note import noted
from tinytown.record import Held
from tinytown.site import Site
from tinytown.states import AgentState
from tinytown.transaction import Transaction

_TRIES = 10


def pause_town(site: Site, who: str, note: str | None) -> bool:
    """Begins nothing more in the whole town: no task is released, and none that was is started.

    Args:
        site: The town.
        who: Who says so.
        note: What those are told who wonder.

    Returns:
        Whether it was not paused before.
    """
    transaction = Transaction(site.keys).expect_field(site.keys.plan, PAUSED, None)
    transaction.set_field(site.keys.plan, PAUSED, noted(who, now(), note))
    transaction.tell(town_event("town.paused", reason=f"by {who}: {note}" if note else f"by {who}"))
    return _done(site, transaction)


def resume_town(site: Site, who: str) -> bool:
    """Goes on. Returns whether the town was paused."""
    before = site.connection.run("HGET", site.keys.plan, PAUSED)
    if before is None:
        return False
    transaction = Transaction(site.keys).expect_field(site.keys.plan, PAUSED, before)
    transaction.delete_field(site.keys.plan, PAUSED)
    transaction.tell(town_event("town.resumed", reason=f"by {who}"))
    return _done(site, transaction)


def pause_agent(site: Site, name: str) -> Agent:
    """Lets an agent finish what it has begun, and take nothing more.

    What the conductor had sent it, and it has not begun, goes back to pending.

    Raises:
        UnknownAgentError: There is none of this name.
        UnlawfulMoveError: It is about to stop, or has no process.
    """

    def pause(transaction: Transaction, agent: Agent) -> Agent:
        if agent.gone:
            raise UnlawfulMoveError(f'agent "{agent.name}" does not run', f"Start it: tt spawn {agent.name}")
        hand_back(transaction, site.connection, agent, site.ledger.all().values(), f"agent {agent.name} is paused")
        return agent.become(AgentState.PAUSED)

    return _become(site, name, AgentState.PAUSED, pause)


def resume_agent(site: Site, name: str) -> Agent:
    """Lets a paused agent go on. Errors are those of `pause_agent`; one that is not paused is one, too."""

    def resume(_: Transaction, agent: Agent) -> Agent:
        if agent.state is not AgentState.PAUSED:
            raise UnlawfulMoveError(f'agent "{agent.name}" is {agent.state}, not paused', "`tt list` shows who is.")
        return agent.become(AgentState.WORKING if agent.current_task else AgentState.IDLE)

    return _become(site, name, None, resume)


def _become(site: Site, name: str, there: AgentState | None, move: Callable[[Transaction, Agent], Agent]) -> Agent:
    """Commits an agent's move, anew if it moves in the meantime; none if it is `there` already."""
    for _ in range(_TRIES):
        held: Held[Agent] = site.roster.find(name)
        if held.value.state is there:
            return held.value
        transaction = Transaction(site.keys)
        after = move(transaction, held.value)
        transaction.change_agent(held, after)
        transaction.tell(agent_event(after))
        with suppress(StaleError):
            transaction.commit(site.connection)
            return after
    raise StaleError(site.keys.agent(held.value.id))


def _done(site: Site, transaction: Transaction) -> bool:
    try:
        transaction.commit(site.connection)
    except StaleError:
        return False
    return True
