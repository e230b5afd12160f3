"""The one transaction beside a plain model of the store: whatever is asked, both answer and stand alike."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.model.commit import Value, Values, WrongTypeError
from tests.model.store import BLOCKED, Command, answer, expired
from tinytown.agents import Agent
from tinytown.connection import Connection
from tinytown.errors import StaleError, StoreError
from tinytown.events import Event, town_event
from tinytown.keys import GENERATION, Keys
from tinytown.messages import Message
from tinytown.record import Held
from tinytown.tasks import Priority, Task
from tinytown.transaction import Transaction

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = Keys("modelled")
AGENTS = [UUID(int=1), UUID(int=2)]
TASKS = [UUID(int=11), UUID(int=12)]
NAMES = [
    *(KEYS.task(task) for task in TASKS),
    *(KEYS.agent(agent) for agent in AGENTS),
    *(kind(AGENTS[0]) for kind in (KEYS.inbox, KEYS.processing, KEYS.alive)),
    *(KEYS.tasks, KEYS.agents, KEYS.backlog, KEYS.delayed, KEYS.plan, KEYS.events, KEYS.conductor),
]
"""Every kind of key; those of a second agent's mail stay what they ought to be."""


class Modelled(Connection):
    """A connection to the model of the store."""

    def __init__(self) -> None:
        self.values: Values = {}

    def run(self, *command: str | int) -> Any:
        try:
            found, self.values = answer(self.values, command)
        except WrongTypeError as error:
            raise StoreError(f"WRONGTYPE {error}") from error
        return None if found is BLOCKED else found


def stands(connection: Connection) -> dict[str, tuple[str, Any, bool]]:
    """What the model should hold: at each key its kind, its content, and whether it expires."""
    reads: dict[str, tuple[str | int, ...]] = {
        "string": ("GET",),
        "list": ("LRANGE", 0, -1),
        "hash": ("HGETALL",),
        "set": ("SMEMBERS",),
        "zset": ("ZRANGE", 0, -1, "WITHSCORES"),
        "stream": ("XRANGE", "-", "+"),
    }
    found: dict[str, tuple[str, Any, bool]] = {}
    for key in connection.run("KEYS", f"{KEYS.prefix}*"):
        kind = connection.run("TYPE", key)
        verb, *rest = reads[kind]
        content = connection.run(verb, key, *rest)
        found[key] = (kind, comparable(kind, content), connection.run("PTTL", key) > 0)
    return found


def comparable(kind: str, content: Any) -> Any:
    """What Redis answers, in the form of `modelled`."""
    if kind == "hash":
        return dict(zip(content[::2], content[1::2], strict=True))
    if kind == "zset":
        return {name: float(score) for name, score in zip(content[::2], content[1::2], strict=True)}
    if kind == "stream":
        return [flat for _, flat in content]
    return sorted(content) if kind == "set" else content


def modelled(value: Value) -> tuple[str, Any, bool]:
    shown: dict[str, Callable[[Any], Any]] = {
        "string": str,
        "list": list,
        "hash": dict,
        "set": sorted,
        "zset": lambda pairs: {name: float(score) for name, score in pairs},
        "stream": lambda entries: [list(flat) for _, flat in entries],
    }
    return value.kind, shown[value.kind](value.content), value.expires is not None


def task(number: int, version: int) -> Task:
    due = MOMENT if version == 2 else None
    return Task(
        id=TASKS[number], description="x", attempt=version, not_before=due, created_at=MOMENT, updated_at=MOMENT
    )


def agent(number: int, name: str, rounds: int) -> Agent:
    return Agent(id=AGENTS[number], name=name, cli="echo", tasks_completed=rounds, created_at=MOMENT)


def message(number: int, priority: Priority) -> Message:
    return Message.new(
        "ping", id=UUID(int=100), sender=AGENTS[0], to=AGENTS[number], priority=priority, created_at=MOMENT
    )


Step = Callable[[Transaction], object]

key = st.sampled_from(NAMES)
text = st.sampled_from(["", "one", "two", "ü\udcff\r\n\0", '{"priority": "low"}'])
name = st.sampled_from([GENERATION, "build", "one"])
which = st.integers(0, 1)
version = st.integers(0, 2)
priority = st.sampled_from(Priority)


def step(verb: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    """One call of a transaction."""
    return st.tuples(*arguments).map(lambda drawn: lambda one: getattr(one, verb)(*drawn))


tasks = st.builds(task, which, version)
held_tasks = tasks.map(Held.of)
agents = st.builds(agent, which, st.sampled_from(["coder", "tester"]), st.integers(0, 1))
messages = st.builds(message, which, priority)
texts = messages.map(Message.to_json)
ids = st.sampled_from(AGENTS)
events = st.builds(town_event, st.sampled_from(["plan.pushed", "conductor.elected"])) | st.builds(
    Event, st.just("task.created"), st.just("then"), details=st.dictionaries(st.sampled_from("abc"), text)
)


def changed(one: Transaction, before: Task, after: Task) -> None:
    one.change_task(Held.of(before), after.evolve(id=before.id))


def promoted(one: Transaction, before: Agent, after: Agent) -> None:
    one.change_agent(Held.of(before), after.evolve(id=before.id))


def given_back(one: Transaction, to: int, rank: Priority) -> None:
    one.give_back(AGENTS[to], message(to, rank).to_json(), rank.rank)


EXPECTATIONS = st.one_of(
    step("expect", key, text),
    step("expect_absent", key),
    step("expect_field", key, name, st.none() | text),
)
WRITES = st.one_of(
    step("set", key, text),
    step("lease", key, text, st.just(60_000)),
    step("prolong", key, st.just(60_000)),
    step("delete", key),
    step("set_field", key, name, text),
    step("delete_field", key, name),
    step("tell", events),
)
OWN = st.one_of(
    step("create_task", tasks),
    st.tuples(tasks, tasks).map(lambda pair: lambda one: changed(one, *pair)),
    step("delete_task", held_tasks),
    step("create_agent", agents),
    st.tuples(agents, agents).map(lambda pair: lambda one: promoted(one, *pair)),
    step("push", messages),
    st.tuples(which, priority).map(lambda pair: lambda one: given_back(one, *pair)),
    step("acknowledge", ids, texts),
    step("drop_message", ids, texts),
    step("add_to_backlog", st.sampled_from(TASKS)),
    step("drop_from_backlog", st.sampled_from(TASKS)),
    step("delay", tasks),
)
TRANSACTIONS = st.lists(st.one_of(OWN, OWN, OWN, OWN, WRITES, EXPECTATIONS), min_size=1, max_size=6)

READS: Sequence[Command] = [
    *(("GET", one) for one in NAMES),
    *(("EXISTS", one) for one in NAMES),
    ("MGET", *NAMES),
    ("SMEMBERS", KEYS.tasks),
    ("HGETALL", KEYS.agents),
    ("HGET", KEYS.agents, "coder"),
    ("HMGET", KEYS.plan, GENERATION, "build", "nothing"),
    ("LRANGE", KEYS.backlog, 0, -1),
    ("LLEN", KEYS.inbox(AGENTS[1])),
    ("XLEN", KEYS.events),
]
MOVES: Sequence[Command] = [
    (verb, KEYS.inbox(one), KEYS.processing(one), "LEFT", "RIGHT", *rest)
    for one in AGENTS
    for verb, rest in (("LMOVE", ()), ("BLMOVE", ("0.01",)))
]
COMMANDS = st.sampled_from([*READS, *MOVES[::2]])


def outcome(act: Callable[[], object]) -> object:
    """What comes of it: the answer, or which refusal."""
    try:
        return act()
    except StaleError as error:
        return f"stale: {error.key}"
    except StoreError as error:
        return "WRONGTYPE" if "WRONGTYPE" in str(error) else str(error)


def play(real: Connection, model: Modelled, one: object) -> None:
    if isinstance(one, str):  # a key expires, if it is one that does
        if real.run("PTTL", one) > 0:
            real.run("PEXPIRE", one, 0)
            model.values = expired(model.values, one)
    elif isinstance(one, tuple):
        found, expected = outcome(lambda: real.run(*one)), outcome(lambda: model.run(*one))
        if one[0] in ("SMEMBERS", "HGETALL") and isinstance(found, list) and isinstance(expected, list):
            found, expected = sorted(found), sorted(expected)
        assert found == expected, one
    elif isinstance(one, list):
        transaction = Transaction(KEYS)
        for call in one:
            call(transaction)
        found, expected = outcome(lambda: transaction.commit(real)), outcome(lambda: transaction.commit(model))
        assert found == expected
    assert stands(real) == {name: modelled(value) for name, value in model.values.items()}


@given(st.lists(st.one_of(TRANSACTIONS, TRANSACTIONS, COMMANDS, key), max_size=12))
@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_the_transaction_does_what_its_model_does(connection: Connection, steps: list[object]) -> None:
    connection.run("FLUSHALL")
    model = Modelled()
    try:
        for one in steps:
            play(connection, model, one)
    finally:
        connection.run("FLUSHALL")


@pytest.mark.soak
@pytest.mark.timeout(0)
@given(st.lists(st.one_of(TRANSACTIONS, TRANSACTIONS, COMMANDS, key), max_size=30))
@settings(max_examples=20_000, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_many_more_transactions_do_what_their_model_does(connection: Connection, steps: list[object]) -> None:
    connection.run("FLUSHALL")
    model = Modelled()
    for one in steps:
        play(connection, model, one)
