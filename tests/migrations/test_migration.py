"""What other programs left, on a real Redis: brought over whole, once, and nothing thrown away."""

import json
from collections.abc import Callable
from uuid import UUID

import pytest

from planner.read import require_plan
from planner.sync.push import push
from planner.sync.store import Store
from tests.dumped import dump
from tests.interrupted import DiesError, Interrupted, dies
from tinytown.channel import Channel
from tinytown.connection import Connection
from tinytown.errors import StaleError
from tinytown.ids import CONDUCTOR_ID
from tinytown.journal import Journal
from tinytown.keys import Keys
from tinytown.migration import decide, survey
from tinytown.migration.migrate import look, migrate
from tinytown.server import Server
from tinytown.site import Site
from tinytown.tasks import Task

BACKEND = UUID("b6a1f0de-5d0e-4f64-8c86-0f1d5e8f2a01")
SECOND = UUID("c6a1f0de-5d0e-4f64-8c86-0f1d5e8f2a02")
LOGIN = UUID("6f1c7a52-0f4e-4f0e-9a77-0a2f5f2b9c11")
BUILD = UUID("7f1c7a52-0f4e-4f0e-9a77-0a2f5f2b9c12")
DESIGN = UUID("aaaaaaaa-0f4e-4f0e-9a77-0a2f5f2b9c01")
AGAIN = UUID("aaaaaaaa-0f4e-4f0e-9a77-0a2f5f2b9c02")
ODD = UUID("cccccccc-0f4e-4f0e-9a77-0a2f5f2b9c01")
DOCS = UUID("11111111-0f4e-4f0e-9a77-0a2f5f2b9c11")


def reasons(site: Site) -> dict[str, str]:
    return {one.key: one.reason for one in look(site).left}


def task(site: Site, ident: UUID) -> Task:
    held = site.ledger.get(ident)
    assert held is not None
    return held.value


def test_a_town_of_the_other_program_becomes_ours(site: Site, left: Callable[[str], None]) -> None:
    left("town")
    migrate(site, look(site))
    agents = {agent.name: agent for agent in (held.value for held in site.roster.all().values())}
    assert {name: (agent.id, agent.state.value) for name, agent in agents.items()} == {
        "backend": (BACKEND, "stopped"),
        "backend-2": (SECOND, "stopped"),
        "qa-ui": (UUID("d6a1f0de-5d0e-4f64-8c86-0f1d5e8f2a03"), "stopped"),
    }
    backend = agents["backend"]
    assert (backend.role, backend.cli, backend.tasks_completed) == ("worker", "claude", 3)
    assert backend.nickname == "Dorothy"
    login = task(site, LOGIN)
    assert (login.state, login.assigned_to, login.agent, login.tags) == ("assigned", BACKEND, "backend", ("auth",))
    assert json.loads(login.to_json())["created_at"] == "2026-03-09T20:03:14.667655Z"
    assert json.loads(login.to_json())["runtime_session_id"] == "s-1"
    build = task(site, BUILD)
    assert (build.state, build.assigned_to, build.agent, build.parent_id) == ("pending", None, "backend-2", LOGIN)
    design = task(site, DESIGN)
    assert (design.plan_id, design.state, design.result) == ("design", "completed", "see docs/api.md")
    assert design.tags == ("auth",)
    odd = task(site, ODD)
    assert odd.state == "pending"
    assert site.ledger.backlog() == [ODD]
    assert len(site.ledger.all()) == 5


def test_urgent_messages_go_first_the_oldest_of_them_before_the_others(
    site: Site, left: Callable[[str], None]
) -> None:
    left("town")
    migrate(site, look(site))
    channel = Channel(site.connection, site.keys)
    waiting = [one.message for one in channel.waiting(BACKEND)]
    assert [(m.text, m.priority.value) if m else None for m in waiting] == [
        ("first", "urgent"),
        ("second?", "urgent"),
        (str(LOGIN), "normal"),
        None,
    ]
    assert [one.text for one in channel.waiting(BACKEND)][-1] == "poison"
    assert [message.text for message in channel.peek(CONDUCTOR_ID)] == ["which port?"]


def test_the_journal_tells_the_past_in_our_words(site: Site, left: Callable[[str], None]) -> None:
    left("town")
    migrate(site, look(site))
    events = list(Journal(site.connection, site.keys).since("0-0"))
    first, second, third = events[:3]
    assert (first.id, first.type, first.agent) == ("1773086594667-0", "agent.paused", "backend")
    assert (second.type, second.plan_id, second.task) == ("task.completed", "design", str(DESIGN))
    assert (third.type, third.details["data"]) == ("unknown", "not json")
    lines = [event.details["message"] for event in events if event.type == "agent.activity"]
    assert lines == ["Round 1: ✅ completed", "Round 2: ⚠️ CLI error"]


def test_what_makes_no_sense_stays_and_is_told(site: Site, left: Callable[[str], None], keys: Keys) -> None:
    left("town")
    before = dump(site.connection)
    migrate(site, look(site))
    told = reasons(site)
    unreadable = keys.task("dddddddd-0f4e-4f0e-9a77-0a2f5f2b9c01")
    assert told == {
        unreadable: 'it says that its id is "eeeeeeee-0f4e-4f0e-9a77-0a2f5f2b9c01"',
        keys.task(AGAIN): f'one more task for "design" of the plan, pending; {DESIGN} is completed',
        keys.backlog: 'ids in it that no task here has: "nonsense"',
        f"{keys.prefix}mission:active": "nothing here corresponds to it",
        f"{keys.prefix}events:agent:{BACKEND}": "nothing here corresponds to it",
    }
    after = dump(site.connection)
    for key in told:
        if key != keys.backlog:
            assert after[key] == before[key]
    assert after[keys.backlog] == [str(ODD), "nonsense"]


@pytest.mark.parametrize("name", ["town", "shared"])
def test_a_second_run_does_nothing(site: Site, left: Callable[[str], None], name: str) -> None:
    left(name)
    migrate(site, look(site))
    before = dump(site.connection)
    assert look(site).steps == []
    assert migrate(site, look(site)) == []
    assert dump(site.connection) == before


def test_keys_without_a_town_come_into_this_one(site: Site, left: Callable[[str], None], keys: Keys) -> None:
    left("shared")
    found = look(site)
    assert found.shared
    migrate(site, found)
    assert [held.value.name for held in site.roster.all().values()] == ["backend"]
    assert task(site, LOGIN).plan_id == "auth-api"
    assert task(site, LOGIN).state == "assigned"
    assert task(site, DOCS).description == "Write docs"
    assert site.ledger.backlog() == [DOCS]
    texts = [one.message.text for one in Channel(site.connection, keys).waiting(BACKEND) if one.message]
    assert texts == ["first", str(LOGIN)]
    rest = [key for key in dump(site.connection) if not key.startswith(keys.prefix)]
    assert rest == ["tt:backlog", "tt:task:22222222-0f4e-4f0e-9a77-0a2f5f2b9c11"]
    assert reasons(site) == {
        "tt:backlog": 'ids in it that no task here has: "99999999-0f4e-4f0e-9a77-0a2f5f2b9c11"',
        "tt:task:22222222-0f4e-4f0e-9a77-0a2f5f2b9c11": "it is no JSON",
    }


@pytest.mark.usefixtures("stepwise")
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("name", ["town", "shared"])
def test_a_run_that_is_cut_off_anywhere_is_finished_by_the_next(
    site: Site, server: Server, left: Callable[[str], None], name: str, *, after: bool
) -> None:
    left(name)
    migrate(site, look(site))
    wanted, told = dump(site.connection, journal=False), reasons(site)
    site.connection.run("FLUSHALL")
    left(name)
    steps = len(look(site).steps)
    assert steps == {"town": 11, "shared": 4}[name]
    for at in range(1, steps + 1):
        site.connection.run("FLUSHALL")
        left(name)
        dying = Interrupted(server.address, at, dies, after=after)
        with pytest.raises(DiesError):
            migrate(Site(site.root, site.config, dying, site.keys), look(site))
        dying.close()
        migrate(site, look(site))
        assert dump(site.connection, journal=False) == wanted, f"cut off at {at}"
        assert reasons(site) == told, f"cut off at {at}"


@pytest.mark.usefixtures("stepwise")
def test_a_record_that_changes_meanwhile_is_read_anew(
    site: Site, server: Server, left: Callable[[str], None], keys: Keys
) -> None:
    left("shared")
    key = f"tt:task:{DOCS}"
    steps = look(site).steps
    number = next(n for n, step in enumerate(steps, 1) if step.sources[0].key == key)
    between = Interrupted(
        server.address, number, lambda: site.connection.run("HSET", key, "description", "Write better docs")
    )
    migrate(Site(site.root, site.config, between, keys), look(site))
    between.close()
    assert task(site, DOCS).description == "Write better docs"
    assert site.connection.run("EXISTS", key) == 0


def test_what_never_rests_is_given_up(site: Site, server: Server, left: Callable[[str], None]) -> None:
    left("shared")

    class Restless(Connection):
        def run(self, *command: str | int) -> object:
            if command[0] == "EVALSHA":
                super().run("HINCRBY", f"tt:task:{DOCS}", "rounds", 1)
            return super().run(*command)

    restless = Restless(server.address)
    with pytest.raises(StaleError):
        migrate(Site(site.root, site.config, restless, site.keys), look(site))
    restless.close()


def test_a_push_afterwards_doubles_nothing_and_runs_nothing_again(
    site: Site, left: Callable[[str], None], keys: Keys
) -> None:
    left("town")
    migrate(site, look(site))
    plan = """
[[tasks]]
id = "design"
description = "Design the API"
status = "pending"
tags = ["auth"]
agent = "backend"

[[tasks]]
id = "implement"
description = "Implement the API"
status = "pending"
agent = "backend"
parent = "design"
"""
    store = Store(site.connection, keys, site.config.name)
    pushed = push(store, require_plan(plan.encode()))
    assert not pushed.changes.create
    assert not pushed.changes.conflicts
    design, implement = site.ledger.find("design").value, site.ledger.find("implement").value
    assert (design.id, design.state) == (DESIGN, "completed")
    assert (implement.agent, implement.parent_id) == ("backend", DESIGN)
    assert len(site.ledger.all()) == 5


def test_what_the_town_has_already_is_not_overwritten(site: Site, left: Callable[[str], None], keys: Keys) -> None:
    left("town")
    migrate(site, look(site))
    site.connection.run("SET", f"tt:task:{DESIGN}", task(site, DESIGN).evolve(description="other").to_json())
    before = dump(site.connection)
    assert look(site).steps == []
    assert reasons(site)[f"tt:task:{DESIGN}"] == "this town has a task of this id already"
    assert dump(site.connection) == before
    assert keys.task(DESIGN) in before


def test_a_journal_that_is_too_long_stays(site: Site, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (survey, decide):
        monkeypatch.setattr(module, "LONGEST", 2)
    for _ in range(3):
        site.connection.run("XADD", keys.events, "*", "event_type", "mission_event", "data", '{"message": "m"}')
    before = dump(site.connection)
    assert migrate(site, look(site)) == []
    assert reasons(site) == {keys.events: "a journal of more than 2 entries, some of another program"}
    assert dump(site.connection) == before


def test_a_task_in_both_backlogs_waits_in_one(site: Site, left: Callable[[str], None], keys: Keys) -> None:
    left("shared")
    site.connection.run("RPUSH", keys.backlog, str(DOCS), str(DOCS))
    migrate(site, look(site))
    assert site.ledger.backlog() == [DOCS]
