"""The backlog under races: each task goes to one agent, whoever else wants it at the same moment."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from threading import Thread
from uuid import UUID

import pytest

from conductor.actions import Release, Shelve
from tests.interrupted import Interrupted
from tests.office import Office
from tinytown.agents import Agent
from tinytown.cancel import cancel
from tinytown.channel import Channel
from tinytown.claim import claim, claim_all
from tinytown.clock import now, rfc3339
from tinytown.connection import Connection
from tinytown.create import create
from tinytown.discard import discard
from tinytown.errors import StaleError, UnknownTaskError, UnlawfulMoveError
from tinytown.intend import intend
from tinytown.server import Server
from tinytown.site import Site
from tinytown.states import AgentState, TaskState
from tinytown.tasks import Task
from tinytown.transaction import Transaction


@pytest.fixture
def agents(site: Site) -> dict[str, Agent]:
    transaction = Transaction(site.keys)
    made = {name: Agent.new(name, "shell", state=AgentState.IDLE) for name in ("me", "other")}
    for agent in made.values():
        transaction.create_agent(agent)
        transaction.lease(site.keys.alive(agent.id), rfc3339(now()), 60_000)
    transaction.commit(site.connection)
    return made


@pytest.fixture
def rival(site: Site, server: Server) -> Iterator[Site]:
    """The same town, over another connection."""
    connection = Connection(server.address)
    yield replace(site, connection=connection)
    connection.close()


def fill(site: Site, count: int = 1) -> list[UUID]:
    return [create(site, Task.new(f"task {number}")).task.id for number in range(count)]


def interrupted(site: Site, at: int, act: Callable[[], object]) -> Site:
    return replace(site, connection=Interrupted(site.connection.address, at, act))


def task(site: Site, key: UUID) -> Task:
    held = site.ledger.get(key)
    assert held is not None
    return held.value


def become(site: Site, name: str, state: AgentState) -> None:
    held = site.roster.find(name)
    transaction = Transaction(site.keys)
    transaction.change_agent(held, held.value.become(state))
    transaction.commit(site.connection)


def inbox(site: Site, agent: Agent) -> list[str]:
    return [message["task_id"] for message in _messages(site, agent)]


def _messages(site: Site, agent: Agent) -> list[dict[str, str]]:
    peeked = Channel(site.connection, site.keys).peek(agent.id)
    return [message.model_dump(mode="json") for message in peeked]


def test_of_two_claims_at_once_one_counts(site: Site, agents: dict[str, Agent]) -> None:
    (key,) = fill(site)
    there = interrupted(site, 1, lambda: claim(site, str(key), "other"))
    with pytest.raises(UnlawfulMoveError, match="is not in the backlog; it is assigned"):
        claim(there, str(key), "me")
    assert (inbox(site, agents["me"]), inbox(site, agents["other"])) == ([], [str(key)])
    assert (task(site, key).assigned_to, task(site, key).attempt) == (agents["other"].id, 1)
    assert site.ledger.backlog() == []


def test_a_claim_goes_on_when_its_agent_only_changed(site: Site, agents: dict[str, Agent]) -> None:
    (key,) = fill(site)
    there = interrupted(site, 1, partial(become, site, "me", AgentState.WORKING))
    assert claim(there, str(key), "me").assigned_to == agents["me"].id


@pytest.mark.parametrize("state", [AgentState.DRAINING, AgentState.PAUSED, AgentState.STOPPED])
def test_an_agent_that_takes_nothing_any_more_gets_nothing(
    site: Site, agents: dict[str, Agent], state: AgentState
) -> None:
    first, second = fill(site, 2)
    there = interrupted(site, 1, partial(become, site, "me", state))
    with pytest.raises(UnlawfulMoveError, match=f'agent "me" is {state} and takes no tasks'):
        claim(there, str(first), "me")
    with pytest.raises(UnlawfulMoveError, match=f'agent "me" is {state} and takes no tasks'):
        list(claim_all(site, "me"))
    assert (inbox(site, agents["me"]), site.ledger.backlog()) == ([], [first, second])


def test_a_dead_agent_takes_nothing(site: Site, agents: dict[str, Agent]) -> None:
    (key,) = fill(site)
    site.connection.run("DEL", site.keys.alive(agents["me"].id))
    with pytest.raises(UnlawfulMoveError, match='agent "me" is dead and takes no tasks'):
        claim(site, str(key), "me")
    with pytest.raises(UnlawfulMoveError, match='agent "me" is dead and takes no tasks'):
        list(claim_all(site, "me"))


@pytest.mark.parametrize("at", [1, 2, 3])
def test_of_two_who_take_everything_each_task_goes_to_one(site: Site, agents: dict[str, Agent], at: int) -> None:
    keys = fill(site, 3)
    taken: list[Task] = []
    there = interrupted(site, at, lambda: taken.extend(claim_all(site, "other")))
    mine = list(claim_all(there, "me"))
    assert (len(mine), len(taken)) == (at - 1, 4 - at)
    assert [one.id for one in (*mine, *taken)] == keys
    assert [*inbox(site, agents["me"]), *inbox(site, agents["other"])] == [str(key) for key in keys]
    assert site.ledger.backlog() == []


def test_two_threads_that_take_everything_take_each_task_once(
    site: Site, rival: Site, agents: dict[str, Agent]
) -> None:
    keys = fill(site, 60)
    taken: dict[str, list[UUID]] = {"me": [], "other": []}

    def take(town: Site, name: str) -> None:
        taken[name].extend(one.id for one in claim_all(town, name))

    thread = Thread(target=take, args=(rival, "other"))
    thread.start()
    take(site, "me")
    thread.join(60)
    assert sorted([*taken["me"], *taken["other"]]) == sorted(keys)
    for name, agent in agents.items():
        assert inbox(site, agent) == [str(key) for key in taken[name]]
        assert all(task(site, key).assigned_to == agent.id for key in taken[name])


def test_an_agent_that_stops_on_the_way_leaves_the_rest(site: Site, agents: dict[str, Agent]) -> None:
    keys = fill(site, 3)
    there = interrupted(site, 2, partial(become, site, "me", AgentState.DRAINING))
    mine: list[UUID] = []
    with pytest.raises(UnlawfulMoveError, match="is draining"):
        mine.extend(one.id for one in claim_all(there, "me"))
    assert (mine, site.ledger.backlog()) == (keys[:1], keys[1:])
    assert inbox(site, agents["me"]) == [str(keys[0])]


def test_what_is_deleted_meanwhile_is_not_claimed(site: Site, agents: dict[str, Agent]) -> None:
    (key,) = fill(site)
    there = interrupted(site, 1, lambda: discard(site, str(key), lambda _: None))
    with pytest.raises(UnknownTaskError):
        claim(there, str(key), "me")
    (key,) = fill(site)
    there = interrupted(site, 1, lambda: claim(site, str(key), "me"))
    with pytest.raises(UnlawfulMoveError, match="is not in the backlog; it is assigned"):
        discard(there, str(key), lambda _: None)
    assert inbox(site, agents["me"]) == [str(key)]


def test_a_task_that_the_conductor_releases_meanwhile_is_not_claimed(office: Office) -> None:
    site = office.site
    (key,) = fill(site)
    office.board.load_tasks(site.ledger.all())
    office.carrier.shelved = {key}
    there = interrupted(site, 1, lambda: office.carrier.carry_out([Release(key, office.agent.id)]))
    with pytest.raises(UnlawfulMoveError, match="is not in the backlog; it is assigned"):
        claim(there, str(key), "w")
    assert (inbox(site, office.agent), site.ledger.backlog()) == ([str(key)], [])


@pytest.mark.parametrize("what", ["release", "shelve"])
def test_a_conductor_that_comes_too_late_writes_nothing(office: Office, what: str) -> None:
    site = office.site
    (key,) = fill(site)
    office.board.load_tasks(site.ledger.all())
    claim(site, str(key), "w")
    with pytest.raises(StaleError):
        office.carrier.carry_out([Release(key, office.agent.id) if what == "release" else Shelve(key)])
    assert (inbox(site, office.agent), site.ledger.backlog()) == ([str(key)], [])


def test_a_task_that_starts_while_it_is_called_off_is_called_off(site: Site, agents: dict[str, Agent]) -> None:
    (key,) = fill(site)
    claim(site, str(key), "me")

    def start() -> None:
        held = site.ledger.get(key)
        assert held is not None
        site.ledger.change(held, held.value.start(), "started")

    there = interrupted(site, 1, start)
    (change,) = intend(there, [str(key)], partial(cancel, reason="by me", onward=False))
    assert (change.before.state, task(site, key).state) == (TaskState.RUNNING, TaskState.CANCELLED)
    assert task(site, key).assigned_to == agents["me"].id
