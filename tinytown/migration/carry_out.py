"""Brings over what other programs left; each step is true afterwards or has not happened."""

from collections.abc import Callable, Iterable
from uuid import UUID

from tinytown.clock import now, rfc3339
from tinytown.events import Event, task_event
from tinytown.keys import Keys
from tinytown.migration.found import Find
from tinytown.migration.layout import Kind
from tinytown.migration.steps import Mailbag, Step
from tinytown.site import Site
from tinytown.transaction import Transaction


def carry_out(site: Site, steps: Iterable[Step]) -> None:
    """Does some steps in one transaction, which relies on all that was read of their sources.

    Args:
        site: The town.
        steps: What is to be done.

    Raises:
        StaleError: Somebody changed it in the meantime, or leads the town; nothing of these steps was written.
    """
    transaction = Transaction(site.keys).expect_absent(site.keys.conductor)
    for step in steps:
        for find in step.sources:
            _expect(transaction, find)
        _WRITES[step.what](transaction, step)
    transaction.commit(site.connection)


def _expect(transaction: Transaction, find: Find) -> None:
    kind = find.place.kind
    if kind in (Kind.STOP, Kind.ACTIVITY):
        return  # they expire by themselves
    if find.text is not None:
        transaction.expect(find.key, find.text)
    elif find.fields:
        transaction.expect_hash(find.key, find.fields)
    elif kind is Kind.EVENTS:
        transaction.expect_stream(find.key, len(find.entries), find.entries[-1][0])
    else:
        transaction.expect_list(find.key, find.items)


def _agent(transaction: Transaction, step: Step) -> None:
    agent, keys = step.agent, transaction.keys
    if agent is None:
        return
    _clear(transaction, step)
    if keys.agent(agent.id) not in {find.key for find in step.sources}:
        transaction.expect_absent(keys.agent(agent.id))
    transaction.create_agent(agent)
    _fill(transaction, keys, step.mail)
    source = step.sources[0].key
    event = Event("agent.migrated", rfc3339(now()), agent=agent.name, state=agent.state, details={"from": source})
    transaction.tell(event)


def _task(transaction: Transaction, step: Step) -> None:
    task, keys = step.task, transaction.keys
    if task is None:
        return
    _clear(transaction, step)
    if keys.task(task.id) not in {find.key for find in step.sources}:
        transaction.expect_absent(keys.task(task.id))
    transaction.set(keys.task(task.id), task.to_json())
    transaction.add_member(keys.tasks, str(task.id))
    if step.base is not None and task.plan_id is not None:
        transaction.expect_field(keys.plan, task.plan_id, None).set_field(keys.plan, task.plan_id, step.base)
    told = {"from": step.sources[0].key}
    transaction.tell(task_event("migrated", task, moment=now(), **told))


def _mail(transaction: Transaction, step: Step) -> None:
    _clear(transaction, step)
    _fill(transaction, transaction.keys, step.mail)


def _backlog(transaction: Transaction, step: Step) -> None:
    key = step.sources[0].key
    transaction.delete(key)
    for text in step.listed:
        transaction.append(key, text)
    for text in step.moved:
        transaction.add_to_backlog(UUID(text))


def _events(transaction: Transaction, step: Step) -> None:
    key = step.sources[0].key
    transaction.delete(key)
    for ident, flat in step.entries:
        transaction.add_entry(key, ident, flat)


def _activity(transaction: Transaction, step: Step) -> None:
    _clear(transaction, step)
    moment = rfc3339(now())
    for _, flat in step.entries:
        transaction.tell(Event.read("", ["at", moment, *flat]))


def _clear(transaction: Transaction, step: Step) -> None:
    for find in step.sources:
        transaction.delete(find.key)


def _fill(transaction: Transaction, keys: Keys, mail: Mailbag | None) -> None:
    if mail is not None:
        for text in mail.texts:
            transaction.append(keys.inbox(mail.owner), text)


_WRITES: dict[str, Callable[[Transaction, Step], None]] = {
    "agent": _agent,
    "task": _task,
    "mail": _mail,
    "backlog": _backlog,
    "events": _events,
    "activity": _activity,
    "stop": _clear,
}
