"""The one transaction: every expectation, every write, and all or nothing."""

from collections.abc import Callable

import pytest

from tinytown.agents import Agent
from tinytown.connection import Connection
from tinytown.errors import StaleError, StoreError
from tinytown.events import town_event
from tinytown.ids import new_id
from tinytown.keys import Keys
from tinytown.messages import Message
from tinytown.record import Held
from tinytown.tasks import Task
from tinytown.transaction import Transaction

ME = new_id()


def dump(connection: Connection) -> dict[str, str]:
    """Everything in Redis, byte for byte."""
    keys = connection.run("KEYS", "*")
    kinds = connection.run_all([("TYPE", key) for key in keys])
    return {key: f"{kind} {read(connection, key, kind)}" for key, kind in zip(keys, kinds, strict=True)}


def read(connection: Connection, key: str, kind: str) -> object:
    commands: dict[str, tuple[str | int, ...]] = {
        "string": ("GET", key),
        "list": ("LRANGE", key, 0, -1),
        "hash": ("HGETALL", key),
        "set": ("SMEMBERS", key),
        "zset": ("ZRANGE", key, 0, -1, "WITHSCORES"),
        "stream": ("XRANGE", key, "-", "+"),
    }
    found = connection.run(*commands[kind])
    return sorted(found) if kind == "set" else found


@pytest.fixture
def fill(connection: Connection, keys: Keys) -> None:
    """A task, an agent's name and the lease, to expect things of."""
    connection.run("SET", keys.task(ME), "old")
    connection.run("HSET", keys.plan, "build", "entry")
    connection.run("RPUSH", keys.backlog, "one", "two")
    connection.run("XADD", keys.events, "1-1", "type", "past")
    connection.run("XADD", keys.events, "1-2", "type", "past")


Expecting = Callable[[Transaction], object]

HOLD: list[Expecting] = [
    lambda t: t.expect(t.keys.task(ME), "old"),
    lambda t: t.expect_absent(t.keys.agent(ME)),
    lambda t: t.expect_field(t.keys.plan, "build", "entry"),
    lambda t: t.expect_field(t.keys.plan, "test", None),
    lambda t: t.expect_field(t.keys.agents, "coder", None),
    lambda t: t.expect_hash(t.keys.plan, {"build": "entry"}),
    lambda t: t.expect_list(t.keys.backlog, ["one", "two"]),
    lambda t: t.expect_list(t.keys.delayed, []),
    lambda t: t.expect_stream(t.keys.events, 2, "1-2"),
]
FAIL: list[tuple[Expecting, Callable[[Keys], str]]] = [
    (lambda t: t.expect(t.keys.task(ME), "older"), lambda keys: keys.task(ME)),
    (lambda t: t.expect(t.keys.task(ME), ""), lambda keys: keys.task(ME)),
    (lambda t: t.expect(t.keys.agent(ME), "any"), lambda keys: keys.agent(ME)),
    (lambda t: t.expect(t.keys.agent(ME), ""), lambda keys: keys.agent(ME)),
    (lambda t: t.expect_absent(t.keys.task(ME)), lambda keys: keys.task(ME)),
    (lambda t: t.expect_field(t.keys.plan, "build", "other"), lambda keys: keys.plan),
    (lambda t: t.expect_field(t.keys.plan, "build", None), lambda keys: keys.plan),
    (lambda t: t.expect_field(t.keys.plan, "test", "entry"), lambda keys: keys.plan),
    (lambda t: t.expect_field(t.keys.agents, "coder", ""), lambda keys: keys.agents),
    (lambda t: t.expect_hash(t.keys.plan, {"build": "other"}), lambda keys: keys.plan),
    (lambda t: t.expect_hash(t.keys.plan, {"build": "entry", "more": ""}), lambda keys: keys.plan),
    (lambda t: t.expect_hash(t.keys.plan, {"test": "entry"}), lambda keys: keys.plan),
    (lambda t: t.expect_hash(t.keys.plan, {}), lambda keys: keys.plan),
    (lambda t: t.expect_hash(t.keys.task(ME), {"build": "entry"}), lambda keys: keys.task(ME)),
    (lambda t: t.expect_list(t.keys.backlog, ["two", "one"]), lambda keys: keys.backlog),
    (lambda t: t.expect_list(t.keys.backlog, ["one"]), lambda keys: keys.backlog),
    (lambda t: t.expect_list(t.keys.backlog, ["one", "two", "three"]), lambda keys: keys.backlog),
    (lambda t: t.expect_list(t.keys.plan, ["one"]), lambda keys: keys.plan),
    (lambda t: t.expect_stream(t.keys.events, 2, "1-1"), lambda keys: keys.events),
    (lambda t: t.expect_stream(t.keys.events, 1, "1-2"), lambda keys: keys.events),
    (lambda t: t.expect_stream(t.keys.backlog, 2, "1-2"), lambda keys: keys.backlog),
]


def every_write(transaction: Transaction) -> None:
    task = Task.new("x").evolve(not_before=Task.new("y").created_at)
    message = Message.new("ping", sender=ME, to=ME)
    transaction.create_task(task)
    transaction.create_agent(Agent.new("other", "echo"))
    transaction.push(message).give_back(ME, message.to_json(), 1).acknowledge(ME, "x").drop_message(ME, "x")
    transaction.add_to_backlog(task.id).drop_from_backlog(task.id).delay(task)
    transaction.lease(transaction.keys.conductor, "me", 10_000)
    transaction.set_field(transaction.keys.plan, "build", "new").delete_field(transaction.keys.plan, "build")
    transaction.delete(transaction.keys.task(ME)).tell(town_event("plan.pushed"))
    transaction.append(transaction.keys.backlog, "three").add_member(transaction.keys.tasks, str(ME))
    transaction.add_scored(transaction.keys.delayed, str(ME), "1.5")
    transaction.delete(transaction.keys.events).add_entry(transaction.keys.events, "9-9", ["type", "plan.pushed"])


@pytest.mark.usefixtures("fill")
@pytest.mark.parametrize("number", range(len(HOLD)))
def test_what_holds_lets_the_writes_be_done(connection: Connection, keys: Keys, number: int) -> None:
    transaction = Transaction(keys)
    HOLD[number](transaction)
    transaction.set(keys.task(ME), "new").commit(connection)
    assert connection.run("GET", keys.task(ME)) == "new"


@pytest.mark.usefixtures("fill")
@pytest.mark.parametrize("number", range(len(FAIL)))
def test_what_does_not_hold_refuses_the_whole(connection: Connection, keys: Keys, number: int) -> None:
    before = dump(connection)
    transaction = Transaction(keys)
    for hold in HOLD:
        hold(transaction)
    expecting, culprit = FAIL[number]
    expecting(transaction)
    every_write(transaction)
    with pytest.raises(StaleError) as refusal:
        transaction.commit(connection)
    assert refusal.value.key == culprit(keys)
    assert dump(connection) == before


@pytest.mark.usefixtures("fill")
def test_all_expectations_together_and_every_write(connection: Connection, keys: Keys) -> None:
    transaction = Transaction(keys)
    for hold in HOLD:
        hold(transaction)
    every_write(transaction)
    transaction.commit(connection)
    found = dump(connection)
    assert keys.task(ME) not in found
    assert found[keys.conductor] == "string me"
    assert 0 < connection.run("PTTL", keys.conductor) <= 10_000
    assert "plan.pushed" in found[keys.events]
    assert {key.removeprefix(keys.prefix) for key in (keys.tasks, keys.agents, keys.delayed)} <= {
        key.removeprefix(keys.prefix) for key in found
    }


def test_each_write_does_what_it_says(connection: Connection, keys: Keys) -> None:
    task = Task.new("x")
    held = Transaction(keys).create_task(task)
    first = Transaction(keys)
    assert first.create_task(task) == held
    first.add_to_backlog(task.id).add_to_backlog(task.id).commit(connection)
    assert connection.run("GET", keys.task(task.id)) == held.text
    assert connection.run("SMEMBERS", keys.tasks) == [str(task.id)]
    assert connection.run("LRANGE", keys.backlog, 0, -1) == [str(task.id)]
    due = task.evolve(not_before=task.created_at)
    second = Transaction(keys)
    after = second.change_task(held, due)
    second.delay(due).commit(connection)
    assert connection.run("ZSCORE", keys.delayed, str(task.id)) is not None
    assert float(connection.run("ZSCORE", keys.delayed, str(task.id))) == pytest.approx(task.created_at.timestamp())
    third = Transaction(keys)
    third.delay(task).delete_task(after).commit(connection)
    assert dump(connection) == {}


def test_a_name_is_given_once(connection: Connection, keys: Keys) -> None:
    for attempt in range(2):
        transaction = Transaction(keys)
        held = transaction.create_agent(Agent.new("coder", "echo"))
        if attempt:
            with pytest.raises(StaleError, match="agents"):
                transaction.commit(connection)
        else:
            transaction.commit(connection)
            assert connection.run("HGET", keys.agents, "coder") == str(held.value.id)


def test_of_two_who_read_the_same_one_is_refused(connection: Connection, keys: Keys) -> None:
    first = Transaction(keys)
    held = first.create_task(Task.new("x"))
    first.commit(connection)
    mine, yours = Transaction(keys), Transaction(keys)
    mine.change_task(held, held.value.complete("mine"))
    yours.change_task(held, held.value.complete("yours"))
    mine.commit(connection)
    with pytest.raises(StaleError):
        yours.commit(connection)
    assert Task.from_json(connection.run("GET", keys.task(held.value.id))).result == "mine"


@pytest.mark.parametrize("text", ["", "\0", "\r\n", "ü🚀", "\udcff\udcfe", "x" * 1_000_000, "0", "nil", "-1"])
def test_any_text_is_expected_and_written_as_it_is(connection: Connection, keys: Keys, text: str) -> None:
    key = keys.task(ME)
    Transaction(keys).set(key, text).commit(connection)
    Transaction(keys).expect(key, text).set(key, text + "!").commit(connection)
    assert connection.run("GET", key) == text + "!"


def test_a_server_that_forgot_the_script_is_told_again(connection: Connection, keys: Keys) -> None:
    for number in range(3):
        connection.run("SCRIPT", "FLUSH")
        Transaction(keys).set(keys.task(ME), str(number)).commit(connection)
        assert connection.run("GET", keys.task(ME)) == str(number)


def test_ten_thousand_writes_are_one_transaction(connection: Connection, keys: Keys) -> None:
    transaction = Transaction(keys)
    for number in range(2500):
        transaction.create_task(Task.new(str(number)))
        transaction.push(Message.new("ping", sender=ME, to=ME)).tell(town_event("plan.pushed"))
    assert transaction.size == 10_000
    transaction.commit(connection)
    counts = [("SCARD", keys.tasks), ("LLEN", keys.inbox(ME)), ("XLEN", keys.events)]
    assert connection.run_all(counts) == [2500] * 3
    again = Transaction(keys)
    again.create_task(Task.new("new"))
    for task in connection.run("SMEMBERS", keys.tasks):
        text = connection.run("GET", keys.task(task))
        again.delete_task(Held(Task.from_json(text), text))
    again.expect_absent(keys.tasks)
    with pytest.raises(StaleError, match="tasks was changed"):
        again.commit(connection)
    assert connection.run("SCARD", keys.tasks) == 2500


def test_nothing_to_write_is_nothing_to_ask(connection: Connection, keys: Keys) -> None:
    Transaction(keys).expect(keys.tasks, "no such thing").commit(connection)
    assert dump(connection) == {}


def test_a_key_of_a_foreign_type_left_half_of_a_transaction(connection: Connection, keys: Keys) -> None:
    connection.run("HSET", keys.inbox(ME), "not", "ours")
    before = dump(connection)
    transaction = Transaction(keys)
    every_write(transaction)
    with pytest.raises(StoreError, match="WRONGTYPE"):
        transaction.commit(connection)
    after = dump(connection)
    connection.run("FLUSHALL")
    assert after == before


@pytest.mark.parametrize("first", ["set", "add_to_backlog"])
def test_writes_that_disagreed_about_a_new_key_left_half_of_a_transaction(
    connection: Connection, keys: Keys, first: str
) -> None:
    transaction = Transaction(keys)
    if first == "set":
        transaction.set(keys.backlog, "no list")
    transaction.add_to_backlog(ME).set_field(keys.backlog, "no", "list")
    with pytest.raises(StoreError, match="WRONGTYPE"):
        transaction.commit(connection)
    assert dump(connection) == {}


def test_a_key_that_is_deleted_first_may_become_anything(connection: Connection, keys: Keys) -> None:
    connection.run("SET", keys.plan, "of a foreign type")
    transaction = Transaction(keys)
    transaction.delete(keys.plan).set_field(keys.plan, "build", "entry").commit(connection)
    assert dump(connection) == {keys.plan: "hash ['build', 'entry']"}
