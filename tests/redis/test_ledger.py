"""Tasks in Redis: found by what a person writes, and changed by one at a time."""

from uuid import UUID

import pytest

from tinytown.connection import Connection
from tinytown.errors import AmbiguousError, StaleError, StoreError, UnknownTaskError
from tinytown.ids import task_id
from tinytown.journal import Journal
from tinytown.keys import Keys
from tinytown.ledger import Ledger
from tinytown.record import Held
from tinytown.tasks import Task
from tinytown.transaction import Transaction


@pytest.fixture
def ledger(connection: Connection, keys: Keys, town: str) -> Ledger:
    return Ledger(connection, keys, town)


@pytest.fixture
def put(connection: Connection, keys: Keys) -> "Put":
    return Put(connection, keys)


class Put:
    """Puts tasks into Redis."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    def __call__(self, *tasks: Task) -> None:
        transaction = Transaction(self._keys)
        for task in tasks:
            transaction.create_task(task)
        transaction.commit(self._connection)


def loose(start: str) -> Task:
    """A task of no plan whose id begins so."""
    return Task.new(start, id=UUID(start.ljust(32, "0")))


def test_a_plan_id_finds_its_task_before_any_uuid_does(ledger: Ledger, put: Put, town: str) -> None:
    planned = Task.new("planned", plan_id="abc", id=task_id(town, "abc"))
    put(planned, loose("abc1"), loose("abc2"))
    assert ledger.find("abc").value == planned


def test_a_task_of_a_renamed_town_is_found_by_its_plan_id_still(ledger: Ledger, put: Put) -> None:
    old = Task.new("old", plan_id="build", id=task_id("former name", "build"))
    put(old)
    assert ledger.find("build").value == old


def test_an_id_is_found_whole_or_by_an_unmistakable_beginning(ledger: Ledger, put: Put) -> None:
    one, two = loose("abcd1"), loose("abcd2")
    put(one, two)
    for reference in (str(one.id), str(one.id).upper(), one.label, "abcd1"):
        assert ledger.find(reference).value == one
    with pytest.raises(AmbiguousError, match=r'"abcd" fits 2 tasks: abcd1.*, abcd2') as error:
        ledger.find("abcd")
    assert error.value.remedy


@pytest.mark.parametrize(
    "reference", ["", "bulid", "*", "a:b", "ü", "\udcff", "00000000-0000-0000-0000-00000000000"]
)
def test_what_is_unknown_is_an_error_with_the_nearest(ledger: Ledger, put: Put, town: str, reference: str) -> None:
    put(Task.new("x", plan_id="build", id=task_id(town, "build")), loose("1"))
    with pytest.raises(UnknownTaskError, match="no task is called") as error:
        ledger.find(reference)
    assert ('Did you mean "build"? ' in error.value.remedy) == (reference == "bulid")
    assert "tt tasks" in error.value.remedy


def test_tasks_come_in_the_order_of_the_plan_and_then_by_age(ledger: Ledger, put: Put, town: str) -> None:
    young, old = Task.new("young"), Task.new("old", created_at="2020-01-01T00:00:00Z")
    planned = [Task.new(str(n), plan_id=f"t{n}", id=task_id(town, f"t{n}"), order=9 - n) for n in range(10)]
    put(young, *planned, old)
    assert [held.value for held in ledger.all().values()] == [*reversed(planned), old, young]
    assert ledger.ids() == sorted(ledger.all())


def test_more_tasks_than_fit_into_one_command_are_read(ledger: Ledger, put: Put) -> None:
    tasks = [Task.new(str(number)) for number in range(2001)]
    put(*tasks)
    assert {key: held.value for key, held in ledger.all().items()} == {task.id: task for task in tasks}
    some = [tasks[0].id, UUID(int=1), tasks[2000].id]
    assert set(ledger.get_many(some)) == {tasks[0].id, tasks[2000].id}
    assert ledger.get_many([]) == {}
    assert ledger.get(UUID(int=1)) is None


def test_prerequisites_are_the_parent_and_then_the_needs(ledger: Ledger, town: str, put: Put) -> None:
    parent, a = Task.new("p", plan_id="p"), Task.new("a", plan_id="a", id=task_id(town, "a"))
    renamed = Task.new("b", plan_id="b", id=task_id(town, "was"))
    put(parent, a, renamed)
    task = Task.new("x", parent_id=parent.id, needs=("a",))
    assert ledger.prerequisites(task) == [parent, a]
    assert ledger.prerequisites(task.evolve(needs=("b", "a"))) == [parent, renamed, a]
    assert ledger.prerequisites(task.evolve(needs=("p", "gone"))) == [parent]
    assert ledger.prerequisites(Task.new("x")) == []


def test_the_old_name_of_a_renamed_task_means_it_no_more(ledger: Ledger, town: str, put: Put) -> None:
    put(Task.new("b", plan_id="new", id=task_id(town, "old")))
    assert ledger.find("new").value.description == "b"
    with pytest.raises(UnknownTaskError):
        ledger.find("old")


def test_a_change_is_told_and_takes_the_task_out_of_the_backlog(
    ledger: Ledger, put: Put, connection: Connection, keys: Keys
) -> None:
    task = Task.new("x")
    put(task)
    Transaction(keys).add_to_backlog(task.id).commit(connection)
    assert ledger.backlog() == [task.id]
    before = ledger.find(task.label)
    ledger.change(before, before.value.complete("by hand"), "completed", "me")
    assert ledger.backlog() == []
    (event,) = Journal(connection, keys).last(9)
    assert (event.type, event.task, event.agent, event.state) == ("task.completed", str(task.id), "me", "completed")
    with pytest.raises(StaleError):
        ledger.change(before, before.value.cancel("too late"), "cancelled")
    held = ledger.get(task.id)
    assert held is not None
    assert held.value.result == "by hand"
    assert held.text == Held.of(held.value).text


def test_a_task_that_is_none_is_an_error_in_words(ledger: Ledger, connection: Connection, keys: Keys) -> None:
    connection.run("SET", keys.task(UUID(int=1)), "rubbish")
    connection.run("SADD", keys.tasks, str(UUID(int=1)))
    with pytest.raises(StoreError, match="Redis holds something that is no task"):
        ledger.all()
