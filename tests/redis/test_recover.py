"""Recovery by hand: what the conductor's sweep would free is freed, unless a conductor is there to do it."""

from collections.abc import Callable, Sequence

import pytest

from conductor.lease import Lease
from conductor.recover import Doubt, Recovery, recover
from tests.office import Office
from tinytown.clock import now
from tinytown.config import AgentSection, Config
from tinytown.connection import Connection
from tinytown.server import Server
from tinytown.site import Site
from tinytown.states import AgentState, TaskState
from tinytown.transaction import Transaction


@pytest.fixture
def quick(site: Site, claim: Callable[[], Lease]) -> Office:
    pace = AgentSection(heartbeat_secs=0.2, dead_after_secs=0.6)
    config = Config(name=site.config.name, agent=pace)
    office = Office(Site(site.root, config, site.connection, site.keys), claim())
    transaction = Transaction(site.keys)
    held = site.ledger.find("x")
    transaction.change_task(held, held.value.assign(office.agent.id))
    transaction.commit(site.connection)
    return office


def _nothing(_names: Sequence[str], _seconds: float) -> None:
    """For who does not listen to doubts."""


def _recover(office: Office, server: Server, doubt: Doubt = _nothing) -> Recovery:
    return recover(office.site, Connection(server.address), doubt)


def test_the_work_of_a_silent_agent_is_freed(quick: Office, server: Server) -> None:
    quick.site.connection.run("DEL", quick.site.keys.alive(quick.agent.id))
    doubts: list[tuple[str, ...]] = []
    done = _recover(quick, server, lambda names, _: doubts.append(tuple(names)))
    assert doubts == [("w",)]
    ((agent, why, tasks),) = [(one.agent.name, one.why, one.tasks) for one in done.freed]
    assert (agent, why, [task.state for task in tasks]) == ("w", "silent", [TaskState.PENDING])
    assert quick.state() is TaskState.PENDING
    assert quick.site.connection.run("GET", quick.site.keys.conductor) is None


def test_a_living_agent_loses_nothing(quick: Office, server: Server) -> None:
    assert _recover(quick, server) == Recovery(())
    assert quick.state() is TaskState.ASSIGNED


def test_nobody_is_buried_who_beats_again(quick: Office, server: Server) -> None:
    key = quick.site.keys.alive(quick.agent.id)
    quick.site.connection.run("DEL", key)

    def beat(_names: Sequence[str], _seconds: float) -> None:
        quick.site.connection.run("SET", key, now().isoformat(), "PX", 60_000)

    assert _recover(quick, server, beat) == Recovery(())
    assert quick.state() is TaskState.ASSIGNED


def test_what_a_departed_agent_holds_is_freed(quick: Office, server: Server) -> None:
    held = quick.site.roster.find("w")
    transaction = Transaction(quick.site.keys)
    transaction.change_agent(held, held.value.become(AgentState.STOPPED))
    transaction.commit(quick.site.connection)
    done = _recover(quick, server)
    assert [(one.why, one.agent.state) for one in done.freed] == [("left", "stopped")]
    assert quick.state() is TaskState.PENDING


def test_a_conductor_in_charge_is_left_to_it(quick: Office, server: Server) -> None:
    quick.lease.take()
    quick.site.connection.run("DEL", quick.site.keys.alive(quick.agent.id))
    assert _recover(quick, server) == Recovery((), quick.lease.text)
    assert quick.state() is TaskState.ASSIGNED
