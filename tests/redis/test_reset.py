"""A town is emptied, and no other one."""

from pathlib import Path

import pytest

from planner.read import require_plan
from planner.sync.push import push
from planner.sync.store import Store
from tests.interrupted import DiesError, Interrupted, dies
from tinytown import reset
from tinytown.agents import Agent
from tinytown.assign import assign
from tinytown.channel import Channel
from tinytown.config import Config
from tinytown.connection import Connection
from tinytown.errors import TownBusyError
from tinytown.ids import CONDUCTOR_ID
from tinytown.keys import Keys
from tinytown.messages import Message
from tinytown.migration.migrate import look
from tinytown.presence import check_nobody
from tinytown.reset import belongings, dismiss, wipe
from tinytown.server import Server
from tinytown.site import Site
from tinytown.snapshot.lines import written
from tinytown.snapshot.restore import restore
from tinytown.snapshot.take import take
from tinytown.states import AgentState
from tinytown.tasks import Task
from tinytown.transaction import Transaction

PLAN = b'[[tasks]]\nid = "a"\ndescription = "a"\n[[tasks]]\nid = "b"\ndescription = "b"\nneeds = ["a"]\n'


def fill(site: Site) -> Agent:
    """A plan, an agent with a task in its inbox, and mail for the conductor."""
    push(Store(site.connection, site.keys, site.config.name), require_plan(PLAN))
    agent = Agent.new("coder", "echo", state=AgentState.STOPPED)
    transaction = Transaction(site.keys)
    transaction.create_agent(agent)
    transaction.commit(site.connection)
    assign(site, agent, Task.new("by hand"))
    Channel(site.connection, site.keys).send(Message.new("query", sender=agent.id, to=CONDUCTOR_ID, question="?"))
    return agent


def neighbour(site: Site, name: str) -> Site:
    return Site(Path("elsewhere"), Config(name=name), site.connection, Keys(name))


def keys_of(connection: Connection) -> set[str]:
    return set(connection.run("KEYS", "*"))


def test_all_that_is_there_is_counted_and_goes(site: Site) -> None:
    fill(site)
    there = belongings(site)
    assert (there.tasks, there.agents, there.messages) == (3, 1, 2)
    assert str(there) == f"3 tasks, 1 agent, 2 messages, {there.events} events ({there.keys} keys of Redis)"
    assert wipe(site) == there.keys
    assert keys_of(site.connection) == set()
    assert str(belongings(site)) == "0 keys"
    assert wipe(site) == 0


@pytest.mark.parametrize("after", [False, True])
def test_a_reset_that_is_cut_off_is_finished_by_the_next(
    site: Site, server: Server, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    monkeypatch.setattr(reset, "_PIECE", 3)
    for at in (1, 2, 3):
        fill(site)
        dying = Interrupted(server.address, at, dies, after=after)
        with pytest.raises(DiesError):
            wipe(Site(site.root, site.config, dying, site.keys))
        dying.close()
        assert belongings(site).filled
        wipe(site)
        assert keys_of(site.connection) == set()


def test_agents_go_alone_and_their_work_waits_for_others(site: Site) -> None:
    agent = fill(site)
    by_hand = next(held.value for held in site.ledger.all().values() if held.value.plan_id is None)
    site.connection.run("RPUSH", f"{site.keys.prefix}urgent:{agent.id}", "left by another program")
    assert [one.name for one in dismiss(site)] == ["coder"]
    assert site.roster.all() == {}
    left = {key.removeprefix(site.keys.prefix) for key in keys_of(site.connection)}
    assert {name for name in left if not name.startswith("task:")} == {
        *("tasks", "plan", "events", f"inbox:{CONDUCTOR_ID}"),
    }
    freed = site.ledger.get(by_hand.id)
    assert freed is not None
    assert (freed.value.state, freed.value.assigned_to, freed.value.crashes) == ("pending", None, 0)
    assert dismiss(site) == []


@pytest.mark.parametrize(
    ("mine", "theirs"), [("a", "ab"), ("a", "a b"), ("task", "agent"), ("x-y", "x"), ("é", "e")]
)
def test_two_towns_on_one_redis_never_see_each_other(connection: Connection, mine: str, theirs: str) -> None:
    here = Site(Path("here"), Config(name=mine), connection, Keys(mine))
    there = neighbour(here, theirs)
    for site in (here, there):
        fill(site)
    before = {key: connection.run("DUMP", key) for key in keys_of(connection) if key.startswith(there.keys.prefix)}
    saved = take(here)
    assert not look(here).steps
    assert not look(here).left
    assert len(written(saved).splitlines()) == len(written(take(there)).splitlines())
    dismiss(here)
    wipe(here)
    restore(here, saved)
    restore(here, saved, replace=True)
    wipe(here)
    assert {key: connection.run("DUMP", key) for key in keys_of(connection)} == before


def test_a_pattern_in_a_name_means_just_itself(connection: Connection) -> None:
    here = Site(Path("here"), Config(name="t*[a-z]?"), connection, Keys("t*[a-z]?"))
    connection.run("SET", "tt:tom:plan", "theirs")
    connection.run("RPUSH", here.keys.backlog, "mine")
    try:
        assert wipe(here) == 1
        assert keys_of(connection) == {"tt:tom:plan"}
    finally:
        connection.run("DEL", "tt:tom:plan")


def test_who_is_at_work_is_named(site: Site) -> None:
    agent = fill(site)
    check_nobody(site, "be reset")
    held = site.roster.get(agent.id)
    assert held is not None
    transaction = Transaction(site.keys)
    transaction.change_agent(held, agent.evolve(state=AgentState.IDLE, host="elsewhere"))
    transaction.lease(site.keys.alive(agent.id), agent.created_at.isoformat(), 60_000)
    transaction.lease(site.keys.conductor, '{"id": "x", "host": "there", "pid": 7}', 60_000)
    transaction.commit(site.connection)
    with pytest.raises(TownBusyError) as refusal:
        check_nobody(site, "be reset")
    who = "a conductor (process 7 on there), agent coder"
    assert refusal.value.message == f'town "{site.config.name}" cannot be reset while it is at work: {who}'
