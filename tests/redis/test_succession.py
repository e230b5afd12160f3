"""An agent that was not heard for too long, and whose name another process on another machine has taken over."""

import pytest

from tinytown.agents import Agent
from tinytown.assign import assign
from tinytown.errors import SupersededError
from tinytown.site import Site
from tinytown.states import AgentState
from tinytown.tasks import Task
from tinytown.transaction import Transaction
from tinytown.worker.desk import Desk
from tinytown.worker.leave import leave


def _registered(site: Site) -> Desk:
    transaction = Transaction(site.keys)
    held = transaction.create_agent(Agent.new("w", "echo", host="here"))
    transaction.commit(site.connection)
    desk = Desk(site, held.value.id)
    desk.enroll()
    return desk


def _taken_over(site: Site, state: AgentState, pid: int | None) -> None:
    held = site.roster.find("w")
    transaction = Transaction(site.keys)
    starting = held.value.become(AgentState.STARTING, host="elsewhere", pid=None)
    transaction.change_agent(held, starting.become(state, pid=pid))
    transaction.commit(site.connection)


@pytest.mark.parametrize(("state", "pid"), [(AgentState.STARTING, None), (AgentState.IDLE, 4242)])
def test_an_agent_that_woke_up_worked_on_in_the_name_of_its_successor(
    site: Site, state: AgentState, pid: int | None
) -> None:
    desk = _registered(site)
    task = assign(site, desk.me, Task.new("x"))
    taken = desk.channel.receive(desk.me.id, 1.0)
    assert taken is not None
    assert taken.message is not None
    _taken_over(site, state, pid)
    with pytest.raises(SupersededError, match='another process works as agent "w" now'):
        desk.begin(taken.message)
    held = site.ledger.get(task.id)
    assert held is not None
    assert held.value == task, "it is the successor's to begin"
    with pytest.raises(SupersededError):
        leave(site, desk, "interrupted", AgentState.STOPPED)
    assert site.roster.find("w").value.host == "elsewhere"
    assert site.roster.find("w").value.state is state


def test_an_agent_that_was_buried_and_lives_is_its_own_successor(site: Site) -> None:
    desk = _registered(site)
    held = site.roster.find("w")
    transaction = Transaction(site.keys)
    transaction.change_agent(held, held.value.become(AgentState.ERROR, pid=None))
    transaction.commit(site.connection)
    assert desk.refresh().gone
    desk.return_to_life()
    desk.enroll()
    assert desk.refresh().state is AgentState.IDLE
