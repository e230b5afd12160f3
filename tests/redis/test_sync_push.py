"""Push: the file becomes true in Redis, all of it or nothing."""

import json
from collections.abc import Callable

import pytest

from planner.plan import Plan
from planner.read import require_plan
from planner.sync.push import Terms, differences, push
from planner.sync.refusals import SyncConflictError, UnconfirmedError
from planner.sync.store import Store
from tinytown.connection import Connection
from tinytown.errors import ConflictError, StaleError, StoreError, UnknownTaskError, UsageError
from tinytown.ids import task_id
from tinytown.journal import Journal
from tinytown.keys import Keys
from tinytown.ledger import Ledger
from tinytown.record import Held
from tinytown.states import TaskState
from tinytown.tasks import Task
from tinytown.transaction import Transaction

TEXT = """\
[meta]
description = "A plan"
default_agent = "coder"

[agents.coder]
cli = "claude"

[[tasks]]
id = "epic"
description = "Everything"

[[tasks]]
id = "one"
description = "First"
parent = "epic"

[[tasks]]
id = "two"
description = "Second"
parent = "epic"
needs = ["one"]
tags = ["x"]
"""


def plan(text: str = TEXT) -> Plan:
    return require_plan(text.encode())


@pytest.fixture
def store(connection: Connection, keys: Keys, town: str) -> Store:
    return Store(connection, keys, town)


@pytest.fixture
def ledger(connection: Connection, keys: Keys, town: str) -> Ledger:
    return Ledger(connection, keys, town)


@pytest.fixture
def journal(connection: Connection, keys: Keys) -> Journal:
    return Journal(connection, keys)


def dump(store: Store) -> dict[str, object]:
    """Everything that the town has in Redis."""
    connection, keys = store.connection, store.keys
    flat = connection.run("HGETALL", keys.plan)
    return {
        "plan": dict(zip(flat[::2], flat[1::2], strict=True)),
        "ids": sorted(connection.run("SMEMBERS", keys.tasks)),
        "tasks": {h.value.id: h.text for h in Ledger(connection, keys, store.town).all().values()},
        "events": connection.run("XRANGE", keys.events, "-", "+"),
        "backlog": connection.run("LRANGE", keys.backlog, 0, -1),
    }


def test_the_first_push_creates_everything(store: Store, ledger: Ledger, journal: Journal) -> None:
    done = push(store, plan())
    assert (done.written, done.generation, len(done.changes.create)) == (True, 1, 3)
    tasks = {held.value.plan_id: held.value for held in ledger.all().values()}
    assert list(tasks) == ["epic", "one", "two"]
    assert [task.id for task in tasks.values()] == [task_id(store.town, name or "") for name in tasks]
    assert (tasks["epic"].group, tasks["epic"].agent) == (True, None)
    assert (tasks["two"].agent, tasks["two"].needs, tasks["two"].tags) == ("coder", ("one",), ("x",))
    assert tasks["two"].parent_id == tasks["epic"].id
    events = [(event.type, event.plan_id) for event in journal.last(10)]
    assert events == [
        ("task.created", "epic"),
        ("task.created", "one"),
        ("task.created", "two"),
        ("plan.pushed", None),
    ]
    assert journal.last(1)[0].details == {"generation": "1"}


def test_the_base_is_kept_beside_its_notes(store: Store) -> None:
    push(store, plan())
    flat = store.connection.run("HGETALL", store.keys.plan)
    notes = dict(zip(flat[::2], flat[1::2], strict=True))
    assert set(notes) == {":generation", ":meta", ":agents", "epic", "one", "two"}
    assert notes[":generation"] == "1"
    assert json.loads(notes[":meta"]) == {"description": "A plan", "default_agent": "coder"}
    assert json.loads(notes[":agents"]) == [
        {"name": "coder", "cli": "claude", "role": None, "replicas": 1, "idle_timeout": None}
    ]
    assert json.loads(notes["one"])["status"] == "pending"


def test_push_after_push_writes_nothing(store: Store) -> None:
    push(store, plan())
    before = dump(store)
    done = push(store, plan())
    assert (done.written, done.generation, done.changes.unchanged) == (False, 1, 3)
    assert dump(store) == before
    assert differences(store, plan()).empty


def test_a_dry_run_writes_nothing(store: Store) -> None:
    before = dump(store)
    done = push(store, plan(), dry_run=True)
    assert not done.written
    assert len(done.changes.create) == 3
    assert dump(store) == before


def test_an_edit_is_an_update(store: Store, ledger: Ledger, journal: Journal) -> None:
    push(store, plan())
    done = push(store, plan(TEXT.replace('"Second"', '"Other"')))
    assert [(c.id, c.field, c.live, c.file, c.line) for c in done.changes.update] == [
        ("two", "description", "Second", "Other", 19)
    ]
    assert ledger.find("two").value.description == "Other"
    assert [event.type for event in journal.last(2)] == ["task.updated", "plan.pushed"]
    assert not push(store, plan(TEXT.replace('"Second"', '"Other"'))).written


def test_moving_tasks_around_writes_their_order_and_tells_nobody(store: Store, ledger: Ledger) -> None:
    push(store, plan())
    moved = TEXT + '[[tasks]]\nid = "zero"\ndescription = "z"\n'
    moved = moved.replace('[[tasks]]\nid = "epic"', '[[tasks]]\nid = "first"\nrun = "x"\n[[tasks]]\nid = "epic"')
    done = push(store, plan(moved))
    assert done.changes.update == ()
    assert [h.value.plan_id for h in ledger.all().values()] == ["first", "epic", "one", "two", "zero"]
    assert not push(store, plan(moved)).written


def change(ledger: Ledger, name: str, move: Callable[[Task], Task]) -> Held[Task]:
    held = ledger.find(name)
    ledger.change(held, move(held.value), "changed")
    return held


def test_a_conflict_writes_nothing_at_all(store: Store, ledger: Ledger) -> None:
    push(store, plan())
    change(ledger, "one", lambda task: task.evolve(description="theirs"))
    before = dump(store)
    mine = plan(TEXT.replace('"First"', '"mine"').replace('"Second"', '"more"'))
    with pytest.raises(ConflictError, match='task "one", description: changed in the file and in Redis') as caught:
        push(store, mine)
    assert isinstance(caught.value, SyncConflictError)
    assert [(c.base, c.file, c.live) for c in caught.value.changes.conflicts] == [("First", "mine", "theirs")]
    assert caught.value.exit_status == 3
    assert dump(store) == before
    assert push(store, mine, Terms(force=True)).written
    assert ledger.find("one").value.description == "mine"
    assert not push(store, mine).written


def test_finished_work_is_reset_only_when_confirmed(store: Store, ledger: Ledger) -> None:
    push(store, plan())
    change(ledger, "one", lambda task: task.complete("ok"))
    done = plan(TEXT.replace('"First"\n', '"First"\nstatus = "completed"\n'))
    assert push(store, done).written  # file and Redis agree; the base catches up
    again = plan(TEXT.replace('"First"\n', '"First"\nstatus = "pending"\n'))
    before = dump(store)
    with pytest.raises(UnconfirmedError, match="reset 1 finished task;") as caught:
        push(store, again)
    assert [c.id for c in caught.value.changes.needs_confirmation] == ["one"]
    assert not push(store, again, confirm=lambda _: False).written
    assert dump(store) == before
    assert push(store, again, confirm=lambda _: True).written
    task = ledger.find("one").value
    assert (task.state, task.result) == (TaskState.PENDING, None)


def test_a_status_line_taken_out_reruns_nothing(store: Store, ledger: Ledger) -> None:
    push(store, plan())
    change(ledger, "one", lambda task: task.complete("ok"))
    push(store, plan(TEXT.replace('"First"\n', '"First"\nstatus = "completed"\n')))
    assert not push(store, plan()).written
    assert ledger.find("one").value.state is TaskState.COMPLETED


def test_a_deletion_is_confirmed(store: Store, ledger: Ledger, journal: Journal) -> None:
    push(store, plan())
    shorter = plan(TEXT[: TEXT.rindex("[[tasks]]")])
    with pytest.raises(UnconfirmedError, match="delete 1 task;"):
        push(store, shorter)
    assert push(store, shorter, confirm=lambda _: True).written
    assert [h.value.plan_id for h in ledger.all().values()] == ["epic", "one"]
    assert store.connection.run("HEXISTS", store.keys.plan, "two") == 0
    assert [event.type for event in journal.last(2)] == ["task.deleted", "plan.pushed"]
    assert not push(store, shorter).written


def test_a_finished_task_taken_out_is_kept(store: Store, ledger: Ledger) -> None:
    push(store, plan())
    change(ledger, "two", lambda task: task.complete("ok"))
    shorter = plan(TEXT[: TEXT.rindex("[[tasks]]")])
    done = push(store, shorter)
    assert (done.written, [c.id for c in done.changes.kept]) == (False, ["two"])
    # It comes back as it was, and does not run again.
    assert not push(store, plan()).written
    assert ledger.find("two").value.state is TaskState.COMPLETED


def test_a_task_that_gets_somebody_leaves_the_backlog(store: Store, connection: Connection, keys: Keys) -> None:
    text = '[[tasks]]\nid = "a"\ndescription = "d"\n'
    push(store, plan(text))
    Transaction(keys).add_to_backlog(task_id(store.town, "a")).commit(connection)
    push(store, plan(text.replace('"d"', '"e"')))
    assert connection.run("LLEN", keys.backlog) == 1
    push(store, plan(text.replace('"d"', '"e"') + 'agent = "x"\n'))
    assert connection.run("LLEN", keys.backlog) == 0


def test_only_some_tasks_are_pushed(store: Store, ledger: Ledger) -> None:
    with pytest.raises(UsageError, match='"two" waits for "one"'):
        push(store, plan(), Terms(only=("two",)))
    with pytest.raises(UnknownTaskError) as caught:
        push(store, plan(), Terms(only=("tow",)))
    assert 'Did you mean "two"?' in caught.value.remedy
    push(store, plan(), Terms(only=("epic", "one")))
    assert [h.value.plan_id for h in ledger.all().values()] == ["epic", "one"]
    assert len(push(store, plan()).changes.create) == 1


class Meddler(Store):
    """A store under whose feet a task moves whenever it has been read."""

    meddle: Callable[[], object] = staticmethod(lambda: None)
    times = 1

    def read(self):  # type: ignore[no-untyped-def]  # noqa: ANN201  the same as Store's
        snapshot = super().read()
        if self.times > 0:
            self.times -= 1
            self.meddle()
        return snapshot


def test_a_task_that_moves_meanwhile_is_read_again(store: Store, ledger: Ledger) -> None:
    push(store, plan())
    other = Meddler(store.connection, store.keys, store.town)
    other.meddle = lambda: change(ledger, "one", lambda task: task.complete("ok"))
    assert push(other, plan(TEXT.replace('"First"', '"New"'))).written
    task = ledger.find("one").value
    assert (task.description, task.state, task.result) == ("New", TaskState.COMPLETED, "ok")


def test_a_deletion_is_not_done_to_a_task_that_has_begun_meanwhile(store: Store, ledger: Ledger) -> None:
    push(store, plan())
    other = Meddler(store.connection, store.keys, store.town)
    other.meddle = lambda: change(ledger, "two", lambda task: task.start())
    done = push(other, plan(TEXT[: TEXT.rindex("[[tasks]]")]), confirm=lambda _: True)
    assert (done.written, [c.id for c in done.changes.kept]) == (False, ["two"])
    assert ledger.find("two").value.state is TaskState.RUNNING


def test_two_pushes_at_once_make_one(store: Store) -> None:
    other = Meddler(store.connection, store.keys, store.town)
    other.meddle = lambda: push(store, plan())
    assert not push(other, plan()).written
    assert len(dump(store)["ids"]) == 3  # type: ignore[arg-type]


def test_a_push_gives_up_when_redis_never_stands_still(store: Store, ledger: Ledger) -> None:
    push(store, plan())
    other = Meddler(store.connection, store.keys, store.town)
    other.times = 99
    other.meddle = lambda: change(ledger, "one", lambda task: task.evolve(crashes=task.crashes + 1))
    with pytest.raises(StaleError):
        push(other, plan(TEXT.replace('"First"', '"New"')))


def test_notes_that_are_no_json_are_told(store: Store) -> None:
    store.connection.run("HSET", store.keys.plan, ":meta", "{")
    with pytest.raises(StoreError, match="not JSON"):
        push(store, plan())
