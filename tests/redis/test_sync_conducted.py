"""A conductor beside a push in several pieces: it never acts on half a plan, and goes on when the plan is whole."""

from collections.abc import Iterator
from contextlib import suppress
from threading import Thread

import pytest

from conductor.board import Board
from conductor.carry import Carrier
from conductor.decide import decide
from conductor.lease import Lease
from conductor.loop import Conductor
from conductor.options import Options
from planner.sync import pieces
from planner.sync.push import push
from planner.sync.store import Store
from tests.desk import Desk, yes
from tests.interrupted import DiesError, Interrupted, dies
from tests.towns import until
from tinytown.agents import Agent
from tinytown.clock import now, rfc3339
from tinytown.connection import Connection
from tinytown.errors import StaleError
from tinytown.events import Event, town_event
from tinytown.keys import GENERATION
from tinytown.roster import Roster
from tinytown.server import Server
from tinytown.site import Site
from tinytown.states import AgentState
from tinytown.transaction import Transaction


def entry(name: str, *lines: str) -> str:
    return "\n".join(["[[tasks]]", f'id = "{name}"', 'run = "x"', 'agent = "me"', *lines, ""])


BEFORE = entry("gate") + entry("guarded", 'needs = ["gate"]')
AFTER = entry("gate") + entry("guarded", 'needs = ["gate", "check"]') + entry("check", 'needs = ["gate"]')


class EnoughError(Exception):
    """The conductor is to end."""


class Conducting:
    """A conductor in a thread of its own, and what it has heard."""

    def __init__(self, site: Site, server: Server) -> None:
        self._own = [Connection(server.address), Connection(server.address)]
        self._site = Site(site.root, site.config, self._own[0], site.keys)
        self.heard: list[str] = []
        self._conductor = Conductor(self._site, self._own[1], Options(watch=True), self._hear)
        self._thread = Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        with suppress(EnoughError):
            self._conductor.run()

    def _hear(self, event: Event) -> None:
        self.heard.append(f"{event.type} {event.plan_id or event.details.get('nonce', '')}".strip())
        if event.type == "town.enough":
            raise EnoughError

    def await_heard(self, what: str) -> None:
        until(lambda: what in self.heard, f"it hears of {what}: {self.heard}")

    def close(self, site: Site) -> None:
        Transaction(site.keys).tell(town_event("town.enough")).commit(site.connection)
        self._thread.join(20)
        assert not self._thread.is_alive()
        for connection in self._own:
            connection.close()


@pytest.fixture
def desk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A plan, pushed; whatever is pushed later goes one task at a time. An agent waits for work."""
    desk.write(BEFORE)
    desk.push()
    monkeypatch.setattr(pieces, "PIECE", 1)
    connection, keys = desk.store.connection, desk.store.keys
    agent = Agent.new("me", "shell", state=AgentState.IDLE)
    transaction = Transaction(keys)
    transaction.create_agent(agent)
    transaction.commit(connection)
    connection.run("SET", keys.alive(agent.id), rfc3339(now()), "PX", 60_000)
    return desk


@pytest.fixture
def conducting(desk: Desk, site: Site, server: Server) -> Iterator[Conducting]:
    assert desk.tasks
    made = Conducting(site, server)
    yield made
    made.close(site)


def nudge(site: Site, conducting: Conducting, nonce: str) -> None:
    """Waits until the conductor has acted on all that it has heard so far."""
    Transaction(site.keys).tell(town_event("town.nudged", nonce=nonce)).commit(site.connection)
    conducting.await_heard(f"town.nudged {nonce}")


@pytest.mark.parametrize("at", [2, 3, 4])
def test_nothing_is_released_on_half_a_plan(desk: Desk, site: Site, conducting: Conducting, at: int) -> None:
    conducting.await_heard("task.assigned gate")
    desk.write(AFTER)

    def meanwhile() -> None:
        """What the old plan waited for is done; what half of the new one says is nothing to go by."""
        desk.complete("gate")
        conducting.await_heard("task.completed gate")
        nudge(site, conducting, "first")
        nudge(site, conducting, "second")
        assert set(desk.states.values()) == {"completed", "pending"}

    store = Store(Interrupted(desk.store.connection.address, at, meanwhile), desk.store.keys, desk.store.town)
    assert push(store, desk.plan, confirm=yes).written
    store.connection.close()
    conducting.await_heard("task.assigned check")
    nudge(site, conducting, "third")
    assert desk.states == {"gate": "completed", "guarded": "pending", "check": "assigned"}
    desk.complete("check")
    conducting.await_heard("task.assigned guarded")


def test_a_push_that_was_cut_off_holds_everything_until_the_next_one(
    desk: Desk, site: Site, conducting: Conducting
) -> None:
    conducting.await_heard("task.assigned gate")
    desk.write(AFTER)
    store = Store(Interrupted(desk.store.connection.address, 3, dies), desk.store.keys, desk.store.town)
    with pytest.raises(DiesError):
        push(store, desk.plan)
    store.connection.close()
    desk.complete("gate")
    conducting.await_heard("task.completed gate")
    nudge(site, conducting, "first")
    nudge(site, conducting, "second")
    assert desk.states == {"gate": "completed", "guarded": "pending", "check": "pending"}
    desk.push()
    conducting.await_heard("task.assigned check")
    assert desk.states["guarded"] == "pending"


@pytest.mark.parametrize("act", ["mark", "push"])
def test_what_was_decided_before_is_refused(desk: Desk, site: Site, server: Server, act: str) -> None:
    roster = Roster(site.connection, site.keys)
    board = Board()
    board.generation = desk.notes[GENERATION]
    board.load_tasks(desk.ledger.all())
    board.see_agents(roster.all(), roster.heartbeats(roster.all()))
    actions = decide(board, board.take_unsettled(), frozenset(), 100)
    assert len(actions) == 1
    pulse = Connection(server.address)
    lease = Lease(site.connection, pulse, site.keys)
    lease.take()
    try:
        desk.write(AFTER)
        if act == "mark":
            store = Store(Interrupted(server.address, 2, dies), desk.store.keys, desk.store.town)
            with pytest.raises(DiesError):
                push(store, desk.plan)
            store.connection.close()
        else:
            desk.push()
        before = desk.dump()
        with pytest.raises(StaleError):
            Carrier(site, board, lease).carry_out(actions)
        assert desk.dump() == before
    finally:
        lease.give_up()
        pulse.close()
