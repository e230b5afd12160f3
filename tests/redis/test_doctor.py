"""Each check of the store finds what is broken in its way, and nothing in a healthy town."""

import json
import socket
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from tinytown.agents import Agent
from tinytown.connection import Connection
from tinytown.doctor.examine import STORE_AREAS, Patient, examine
from tinytown.doctor.finding import Area
from tinytown.doctor.treat import treat
from tinytown.ids import new_id
from tinytown.site import Site
from tinytown.states import AgentState
from tinytown.tasks import Task
from tinytown.transaction import Transaction

_STRANGER = UUID("11111111-1111-4111-8111-111111111111")


class Ward:
    """A town with one task in the hands of one agent, one in the backlog, and what breaks it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.run = site.connection.run
        self.keys = site.keys
        transaction = Transaction(site.keys)
        self.agent = transaction.create_agent(Agent.new("w", "echo", state=AgentState.IDLE)).value
        self.task = transaction.create_task(Task.new("x", plan_id="x", agent="w").assign(self.agent.id)).value
        self.free = transaction.create_task(Task.new("free")).value
        transaction.add_to_backlog(self.free.id)
        transaction.lease(site.keys.alive(self.agent.id), "2026-01-01T00:00:00Z", 60_000)
        transaction.commit(site.connection)

    def look(self) -> list[Area]:
        patient = Patient(self.site.root, self.site.config, None, self.site.connection)
        return [area for area in examine(patient, Area("plan"), {}) if area.name in STORE_AREAS]

    def found(self) -> list[str]:
        prefix = self.keys.prefix
        return [f"{one.place.removeprefix(prefix)}: {one.message}" for area in self.look() for one in area.findings]

    def put(self, task: Task) -> Task:
        self.run("SET", self.keys.task(task.id), task.to_json())
        self.run("SADD", self.keys.tasks, str(task.id))
        return task


@pytest.fixture
def ward(site: Site, connection: Connection) -> Iterator[Ward]:
    yield Ward(site)
    connection.run("FLUSHALL")


def test_a_healthy_town_has_no_findings(ward: Ward) -> None:
    assert ward.found() == []
    assert [area.note for area in ward.look()] == ["7 keys", "2 tasks", "1 agent", "0 messages", "0 tasks"]


_FIXED: dict[str, tuple[Callable[[Ward], object], str]] = {
    "listed task": (
        lambda w: w.run("SADD", w.keys.tasks, str(_STRANGER)),
        f"tasks: task {_STRANGER} has no record",
    ),
    "unlisted task": (
        lambda w: w.run("SREM", w.keys.tasks, str(w.task.id)),
        'task "x" is not in',
    ),
    "named agent": (
        lambda w: w.run("HSET", w.keys.agents, "ghost", str(_STRANGER)),
        'agents: agent "ghost" has no record',
    ),
    "unnamed agent": (lambda w: w.run("HDEL", w.keys.agents, "w"), 'agent "w" is not in'),
    "backlog of nothing": (
        lambda w: w.run("RPUSH", w.keys.backlog, str(_STRANGER)),
        f"backlog: task {_STRANGER} does not exist",
    ),
    "backlog of the assigned": (
        lambda w: w.run("RPUSH", w.keys.backlog, str(w.task.id)),
        'backlog: task "x" is assigned, not pending',
    ),
    "backlog twice": (lambda w: w.run("RPUSH", w.keys.backlog, str(w.free.id)), "is there 2 times"),
    "delayed nothing": (
        lambda w: w.run("ZADD", w.keys.delayed, "1", str(_STRANGER)),
        f"delayed: task {_STRANGER} does not exist",
    ),
    "delayed for no time": (
        lambda w: w.run("ZADD", w.keys.delayed, "1", str(w.task.id)),
        'delayed: task "x" does not wait for a time',
    ),
    "held by nobody": (
        lambda w: w.put(Task.new("y", id=_STRANGER, plan_id="y").assign(_STRANGER).start()),
        f'task "y" is running by agent {_STRANGER}, which does not exist',
    ),
    "void assignment": (
        lambda w: w.run(
            "RPUSH",
            w.keys.inbox(w.agent.id),
            json.dumps({"type": "task_assign", "from": str(new_id()), "to": str(w.agent.id), "task_id": "?"}),
        ),
        'assigns task "?", which does not exist',
    ),
    "lease without a process": (
        lambda w: w.run("SET", w.keys.conductor, json.dumps({"host": socket.gethostname(), "pid": 2**30})),
        "conductor: the conductor with pid 1073741824 is gone, but its lease is in force",
    ),
}


@pytest.mark.parametrize("name", _FIXED)
def test_what_has_one_safe_fix_is_found_and_fixed(ward: Ward, name: str) -> None:
    damage, said = _FIXED[name]
    damage(ward)
    assert any(said in one for one in ward.found()), ward.found()
    areas = treat(ward.look(), ward.site.connection, ward.keys)
    assert any(one.done for area in areas for one in area.findings)
    assert ward.found() == []
    assert ward.site.ledger.find("x").value.state == "assigned"
    assert ward.site.ledger.backlog() == [ward.free.id]


_NAMED: dict[str, tuple[Callable[[Ward], object], str]] = {
    "unreadable task": (
        lambda w: w.run("SET", w.keys.task(w.free.id), "{"),
        "cannot be read: the whole value: Invalid JSON",
    ),
    "unreadable agent": (lambda w: w.run("SET", w.keys.agent(w.agent.id), "[]"), "cannot be read: "),
    "another's record": (
        lambda w: w.run("SET", w.keys.task(w.free.id), w.task.to_json()),
        "holds the record of another id",
    ),
    "unknown key": (lambda w: w.run("SET", f"{w.keys.prefix}odd", "1"), "odd: nobody knows this key (a string)"),
    "wrong type": (lambda w: w.run("SET", w.keys.delayed, "1"), "delayed: is a string, not a zset"),
    "endless heartbeat": (lambda w: w.run("PERSIST", w.keys.alive(w.agent.id)), "never expires"),
    "a task that expires": (lambda w: w.run("EXPIRE", w.keys.task(w.task.id), "100"), "and is lost then"),
    "mail of nobody": (lambda w: w.run("RPUSH", w.keys.inbox(_STRANGER), "x"), "1 message for an agent that does"),
    "no message": (lambda w: w.run("RPUSH", w.keys.processing(w.agent.id), "x"), "holds what is no message: 'x'"),
    "no parent": (lambda w: w.put(Task.new("y", parent_id=_STRANGER)), f"{_STRANGER}, does not exist"),
    "no need": (lambda w: w.put(Task.new("y", plan_id="y", needs=("z",))), 'task "y" needs "z", which does not'),
    "cut off": (lambda w: w.run("HSET", w.keys.plan, ":pushing", "1"), "plan: a push was cut off"),
    "bad entry": (lambda w: w.run("HSET", w.keys.plan, "e", "?"), 'plan: what is noted of "e" cannot be read'),
    "silent agent": (
        lambda w: w.run("DEL", w.keys.alive(w.agent.id)),
        '"w" is idle, but it has no heartbeat',
    ),
}


@pytest.mark.parametrize("name", _NAMED)
def test_what_has_no_safe_fix_is_named_and_left_alone(ward: Ward, name: str) -> None:
    damage, said = _NAMED[name]
    damage(ward)
    before = ward.found()
    assert any(said in one for one in before), before
    areas = [area for area in ward.look() if area.findings]
    assert all(one.remedy for area in areas for one in area.findings)
    treat(areas, ward.site.connection, ward.keys)
    assert any(said in one for one in ward.found())


def test_a_fix_leaves_alone_what_has_changed(ward: Ward) -> None:
    ward.run("RPUSH", ward.keys.backlog, str(ward.task.id))
    areas = ward.look()
    ward.site.ledger.change(ward.site.ledger.find("x"), ward.task.requeue(), "requeued")
    ward.run("RPUSH", ward.keys.backlog, str(ward.task.id))
    done = [one.done for area in treat(areas, ward.site.connection, ward.keys) for one in area.findings]
    assert done == [""]
    assert ward.task.id in ward.site.ledger.backlog()


def test_a_need_on_a_task_that_is_in_no_plan_was_taken_for_none(ward: Ward) -> None:
    ward.put(Task.new("later", agent="w", needs=(str(ward.free.id),)))
    assert ward.found() == []
