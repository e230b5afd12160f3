"""An agent that was taken for dead and lives: it comes back under its old name."""

from conductor.board import Board
from conductor.lease import Lease
from conductor.sweep import Sweeper
from tinytown.agents import Agent
from tinytown.bury import bury
from tinytown.connection import Connection
from tinytown.server import Server
from tinytown.site import Site
from tinytown.states import AgentState
from tinytown.transaction import Transaction
from tinytown.worker.desk import Desk


def test_an_agent_that_came_back_was_buried_again_before_its_next_heartbeat(site: Site, server: Server) -> None:
    first = Transaction(site.keys)
    held = first.create_agent(Agent.new("w", "echo", state=AgentState.IDLE))
    first.commit(site.connection)
    desk = Desk(site, held.value.id)
    burial = Transaction(site.keys)
    bury(burial, site.connection, held, (), report=None)
    burial.commit(site.connection)
    desk.return_to_life()
    assert desk.me.state is AgentState.STARTING
    assert 0 < site.connection.run("PTTL", site.keys.alive(desk.me.id)) <= site.config.agent.dead_after_secs * 1000
    lease = Lease(site.connection, Connection(server.address), site.keys)
    lease.take()
    assert Sweeper(site, Board(), lease).dead() == []
    lease.give_up()
