"""A town as a file: the same bytes again, no half states, and damaged files change nothing."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from planner.read import require_plan
from planner.sync.push import push
from planner.sync.store import Store
from tests.interrupted import DiesError, Interrupted, dies
from tinytown.agents import Agent
from tinytown.assign import assign
from tinytown.channel import Channel
from tinytown.config import Config
from tinytown.connection import Connection
from tinytown.errors import StaleError, TownBusyError, TownFilledError
from tinytown.ids import CONDUCTOR_ID, task_id
from tinytown.journal import Journal
from tinytown.keys import PUSHING, Keys
from tinytown.messages import Message
from tinytown.record import Held
from tinytown.reset import belongings, wipe
from tinytown.server import Server
from tinytown.site import Site
from tinytown.snapshot import restore as restoring
from tinytown.snapshot.lines import written
from tinytown.snapshot.reading import read
from tinytown.snapshot.restore import restore
from tinytown.snapshot.take import take
from tinytown.states import AgentState
from tinytown.tasks import Task
from tinytown.transaction import Transaction

PLAN = """
[meta]
description = "Ünïcode"

[[tasks]]
id = "design"
description = "Design"
agent = "coder"

[[tasks]]
id = "build"
description = "Build"
agent = "coder"
needs = ["design"]
"""


@pytest.fixture
def other(site: Site, tmp_path: Path) -> Site:
    """An empty town of another name on the same Redis."""
    name = f"{site.config.name}b"
    return Site(tmp_path / "other", Config(name=name), site.connection, Keys(name))


def push_plan(site: Site, text: str = PLAN) -> Any:
    return push(Store(site.connection, site.keys, site.config.name), require_plan(text.encode()))


def hire(site: Site, name: str = "coder", **fields: Any) -> Held[Agent]:
    transaction = Transaction(site.keys)
    held = transaction.create_agent(Agent.new(name, "echo", state=AgentState.STOPPED, **fields))
    transaction.commit(site.connection)
    return held


@pytest.fixture
def lived_in(site: Site) -> Held[Agent]:
    """The town has a plan, an agent, mail, a backlog, a delayed task and a journal."""
    push_plan(site)
    agent = hire(site, pid=1, host="here", last_heartbeat=None)
    assign(site, agent.value, Task.new("by hand"))
    channel = Channel(site.connection, site.keys)
    channel.send(
        Message.new("query", sender=agent.value.id, to=CONDUCTOR_ID, question="Wo? ✓"),
        Message.new("shutdown", sender=CONDUCTOR_ID, to=agent.value.id, priority="urgent"),
        Message.new("informational", sender=CONDUCTOR_ID, to=agent.value.id, summary="\u2028 \x1b"),
    )
    site.connection.run("RPUSH", site.keys.inbox(CONDUCTOR_ID), "no message")
    design = site.ledger.find("design")
    later = design.value.evolve(not_before=design.value.created_at)
    transaction = Transaction(site.keys)
    transaction.change_task(design, later)
    transaction.delay(later)
    transaction.create_task(loose := Task.new("nobody's"))
    transaction.add_to_backlog(loose.id)
    transaction.commit(site.connection)
    return agent


@pytest.mark.usefixtures("lived_in")
@pytest.mark.parametrize("events", [False, True])
def test_what_was_restored_is_saved_to_the_same_bytes(site: Site, *, events: bool) -> None:
    data = written(take(site, events=events))
    wipe(site)
    restore(site, read(data))
    assert written(take(site, events=events)) == data
    assert site.ledger.find("design").value.not_before is not None
    assert site.connection.run("ZCARD", site.keys.delayed) == 1
    assert len(site.ledger.backlog()) == 1


def test_a_snapshot_is_diffable_and_says_what_it_is(site: Site, lived_in: Held[Agent]) -> None:
    data = written(take(site))
    lines = [json.loads(line) for line in data.splitlines()]
    assert lines[0] == {"kind": "town", "format": 1, "name": site.config.name}
    kinds = [line["kind"] for line in lines]
    assert sorted(set(kinds), key=kinds.index) == [
        *("town", "plan", "agent", "task", "message", "backlog", "delayed", "end")
    ]
    agent = next(line for line in lines if line["kind"] == "agent")
    assert (agent["id"], agent["pid"], agent["host"], agent["state"]) == (
        *(str(lived_in.value.id), None, None, "stopped"),
    )
    entry = next(line for line in lines if line["kind"] == "plan" and line["id"] == "design")
    assert entry["value"]["description"] == "Design"
    assert "shutdown" not in data.decode()
    changed = written(take(site)).splitlines()
    design = site.ledger.find("design")
    site.ledger.change(design, design.value.cancel("no"), "cancelled")
    after = written(take(site)).splitlines()
    assert sum(one != other for one, other in zip(changed, after, strict=True)) == 1


def test_what_was_in_work_begins_anew_and_counts_as_no_crash(site: Site, other: Site) -> None:
    push_plan(site)
    agent = hire(site).value
    lying = assign(site, agent, Task.new("lies in the inbox"))
    begun = assign(site, agent, Task.new("is in work"))
    channel = Channel(site.connection, site.keys)
    channel.try_receive(agent.id)
    assert channel.try_receive(agent.id) is not None
    held = site.ledger.get(begun.id)
    assert held is not None
    site.ledger.change(held, held.value.start(), "started")
    saved = read(written(take(site)))
    assert {task.state.value for task in saved.tasks if task.id == begun.id} == {"running"}
    done = restore(other, saved)
    assert [task.id for task in done.freed] == [begun.id]
    again = other.ledger.get(begun.id)
    assert again is not None
    assert (again.value.state, again.value.attempt, again.value.crashes) == ("pending", 1, 0)
    waiting = [one.message for one in Channel(other.connection, other.keys).waiting(agent.id)]
    assert [message.get("task_id") for message in waiting if message] == [str(lying.id)]
    events = [event.type for event in Journal(other.connection, other.keys).since("0-0")]
    assert events == ["task.requeued", "town.restored"]


def test_a_town_of_another_name_can_be_pushed_to_afterwards(site: Site, other: Site) -> None:
    push_plan(site)
    restore(other, read(written(take(site))))
    again = push_plan(other)
    assert again.changes.empty
    assert not again.written
    changed = push_plan(other, PLAN.replace('"Build"', '"Build it"') + '[[tasks]]\nid = "new"\ndescription = "n"\n')
    assert [change.id for change in changed.changes.create] == ["new"]
    found = {held.value.plan_id: held.value for held in other.ledger.all().values()}
    assert set(found) == {"design", "build", "new"}
    assert len(other.ledger.all()) == 3
    assert found["build"].description == "Build it"
    assert found["new"].id == task_id(other.config.name, "new")
    assert [task.plan_id for task in other.ledger.prerequisites(found["build"])] == ["design"]


@pytest.mark.usefixtures("lived_in")
def test_a_town_that_holds_something_is_replaced_only_if_that_is_meant(site: Site, other: Site) -> None:
    saved = read(written(take(site)))
    hire(other, "elsewhere")
    with pytest.raises(TownFilledError, match="is not empty: it holds 1 agent"):
        restore(other, saved)
    assert belongings(other).tasks == 0
    restore(other, saved, replace=True)
    assert [held.value.name for held in other.roster.all().values()] == ["coder"]
    assert belongings(site).tasks == belongings(other).tasks


def test_a_restore_waits_until_nobody_is_at_work(site: Site, other: Site) -> None:
    saved = take(site)
    other.connection.run("SET", other.keys.conductor, "me", "PX", 60_000)
    with pytest.raises(TownBusyError, match="cannot be restored while it is at work: a conductor"):
        restore(other, saved, replace=True)


@pytest.mark.parametrize("after", [False, True])
def test_a_large_restore_that_is_cut_off_holds_everything_until_it_is_done_again(
    site: Site, other: Site, server: Server, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    push_plan(site)
    for number in range(30):
        hire(site, f"agent {number}")
    monkeypatch.setattr(restoring, "PIECE", 20)
    data = written(take(site))
    pieces = 4
    for at in range(1, pieces + 1):
        dying = Interrupted(server.address, at, dies, after=after)
        with pytest.raises(DiesError):
            restore(Site(other.root, other.config, dying, other.keys), read(data))
        dying.close()
        written_pieces = at if after else at - 1
        marked = other.connection.run("HEXISTS", other.keys.plan, PUSHING)
        assert bool(marked) == (0 < written_pieces < pieces)
        restore(other, read(data), replace=True)
        assert written(take(other)).splitlines()[1:] == data.splitlines()[1:]
        wipe(other)
    monkeypatch.setattr(restoring, "PIECE", 20)
    late = Interrupted(server.address, pieces + 1, dies)
    restore(Site(other.root, other.config, late, other.keys), read(data))
    late.close()


def test_somebody_who_writes_meanwhile_is_noticed(site: Site, other: Site, server: Server) -> None:
    push_plan(site)
    between = Interrupted(server.address, 1, lambda: hire(other, "new"))
    with pytest.raises(StaleError):
        restore(Site(other.root, other.config, between, other.keys), take(site))
    between.close()
    assert other.ledger.ids() == []


def test_no_half_of_a_change_is_saved(site: Site, server: Server) -> None:
    """Two tasks always change together; so they do in every snapshot."""
    push_plan(site)
    names = ("design", "build")
    stop = threading.Event()

    def toggle() -> None:
        connection = Connection(server.address)
        mine = Site(site.root, site.config, connection, site.keys)
        number = 0
        while not stop.is_set():
            number += 1
            transaction = Transaction(site.keys)
            for name in names:
                held = mine.ledger.find(name)
                transaction.change_task(held, held.value.evolve(attempt=number))
            transaction.create_task(Task.new("more"))
            transaction.commit(connection)
        connection.close()

    thread = threading.Thread(target=toggle)
    thread.start()
    try:
        seen = [take(site) for _ in range(30)]
    finally:
        stop.set()
        thread.join()
    for snapshot in seen:
        counts = {task.plan_id: task.attempt for task in snapshot.tasks}
        assert counts["design"] == counts["build"]
        assert len(snapshot.tasks) == 2 + counts["design"]


@pytest.mark.parametrize("what", ["agents", "backlog"])
def test_a_key_of_another_kind_names_the_remedy(site: Site, what: str) -> None:
    key = getattr(site.keys, what)
    site.connection.run("SET", key, "x")
    try:
        with pytest.raises(Exception, match="WRONGTYPE") as refusal:
            take(site)
        assert "tt migrate" in getattr(refusal.value, "remedy", "")
    finally:
        site.connection.run("DEL", key)
