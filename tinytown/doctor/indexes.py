"""Checks the indexes of the store against what they point at. Pure."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from uuid import UUID

from tinytown.doctor.finding import Finding, Fix, error, warning
from tinytown.doctor.stock import Stock, ident_of
from tinytown.record import Held
from tinytown.states import TaskState
from tinytown.tasks import Task
from tinytown.transaction import Transaction

_FIX = "tt doctor --fix"


def check_task_index(stock: Stock) -> Iterator[Finding]:
    """Ids in the set of tasks without a record, and records that are not in the set."""
    key = stock.keys.tasks
    known = set(stock.members(key))
    for text in sorted(known):
        ident = ident_of(text)
        if ident is None or stock.keys.task(ident) not in stock.kinds:
            fix = Fix("taken out of the index", partial(_unlist, member=text))
            yield error(key, f"task {text} has no record", _FIX, fix)
    for ident, held in stock.tasks.items():
        if str(ident) not in known and held.value.id == ident:
            fix = Fix("put into the index", partial(_enlist, task=held))
            yield error(
                stock.keys.task(ident), f'task "{held.value.label}" is not in {key}: nobody sees it', _FIX, fix
            )


def check_agent_index(stock: Stock) -> Iterator[Finding]:
    """Names of agents without a record or with another's, and records without a name."""
    key = stock.keys.agents
    names = stock.fields(key)
    for name, text in sorted(names.items()):
        ident = ident_of(text)
        if ident is None or stock.keys.agent(ident) not in stock.kinds:
            fix = Fix("taken out of the index", partial(_forget, name=name, ident=text))
            yield error(key, f'agent "{name}" has no record', _FIX, fix)
        elif ident in stock.agents and stock.agents[ident].value.name != name:
            other = stock.agents[ident].value.name
            remedy = f"{stock.cli} HDEL {key} '{name}', if nobody means it"
            yield error(key, f'agent "{name}" points at the record of "{other}"', remedy)
    for ident, held in stock.agents.items():
        if str(ident) not in names.values():
            agent = held.value
            free = agent.name not in names
            cure = Fix("put into the index", partial(_name, name=agent.name, ident=ident)) if free else None
            remedy = _FIX if free else f"Another agent has the name: {stock.cli} GET '{stock.keys.agent(ident)}'"
            yield error(
                stock.keys.agent(ident), f'agent "{agent.name}" is not in {key}: nobody sees it', remedy, cure
            )


def check_backlog(stock: Stock) -> Iterator[Finding]:
    """Entries of the backlog that are not there, not pending, or there twice."""
    key = stock.keys.backlog
    for text, times in Counter(stock.members(key)).items():
        held = _task(stock, text)
        fix = Fix("taken out of the backlog", _drop(stock, text, held, Transaction.delete_element, key))
        if held is None and not _unread(stock, text):
            yield error(key, f"task {text} does not exist", _FIX, fix)
        elif held is not None and held.value.state is not TaskState.PENDING:
            yield error(key, f'task "{held.value.label}" is {held.value.state}, not pending', _FIX, fix)
        elif held is not None and times > 1:
            yield warning(key, f'task "{held.value.label}" is there {times} times', _FIX, fix)


def check_delayed(stock: Stock) -> Iterator[Finding]:
    """Entries of the index of delayed tasks that are not there, or do not wait for a time."""
    key = stock.keys.delayed
    for text in stock.members(key):
        held = _task(stock, text)
        fix = Fix("taken out of the index", _drop(stock, text, held, Transaction.delete_scored, key))
        if held is None and not _unread(stock, text):
            yield error(key, f"task {text} does not exist", _FIX, fix)
        elif held is not None and held.value.not_before is None:
            yield warning(key, f'task "{held.value.label}" does not wait for a time', _FIX, fix)


def _task(stock: Stock, text: str) -> Held[Task] | None:
    ident = ident_of(text)
    return None if ident is None else stock.tasks.get(ident)


def _unread(stock: Stock, text: str) -> bool:
    """Whether there is a record that cannot be read: then nothing is known of the task."""
    return stock.keys.task(text) in stock.kinds


def _drop(
    stock: Stock,
    text: str,
    held: Held[Task] | None,
    delete: Callable[[Transaction, str, str], Transaction],
    key: str,
) -> Callable[[Transaction], object]:
    def write(transaction: Transaction) -> None:
        where = stock.keys.task(text)
        if held is None:
            transaction.expect_absent(where)
        else:
            transaction.expect(where, held.text)
        delete(transaction, key, text)

    return write


def _unlist(transaction: Transaction, member: str) -> None:
    keys = transaction.keys
    transaction.expect_absent(keys.task(member)).delete_member(keys.tasks, member)


def _enlist(transaction: Transaction, task: Held[Task]) -> None:
    keys = transaction.keys
    transaction.expect(keys.task(task.value.id), task.text).add_member(keys.tasks, str(task.value.id))


def _forget(transaction: Transaction, name: str, ident: str) -> None:
    keys = transaction.keys
    transaction.expect_absent(keys.agent(ident)).expect_field(keys.agents, name, ident)
    transaction.delete_field(keys.agents, name)


def _name(transaction: Transaction, name: str, ident: UUID) -> None:
    keys = transaction.keys
    transaction.expect_field(keys.agents, name, None).set_field(keys.agents, name, str(ident))
