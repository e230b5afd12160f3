"""Checks the mailboxes. Pure."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID

from tinytown.channel import Delivery, delivery
from tinytown.doctor.finding import Finding, Fix, error, warning
from tinytown.doctor.stock import Stock, ident_of
from tinytown.hands import holds
from tinytown.ids import CONDUCTOR_ID
from tinytown.record import Held
from tinytown.tasks import Task
from tinytown.transaction import Transaction

_MANY = 1000


def check_mail(stock: Stock) -> Iterator[Finding]:
    """Mailboxes of nobody, texts that are no messages, and assignments that no longer hold."""
    for kind in ("inbox", "processing"):
        for agent, texts in sorted(stock.lists(kind).items()):
            key = f"{stock.keys.prefix}{kind}:{agent}"
            if agent != CONDUCTOR_ID and stock.keys.agent(agent) not in stock.kinds:
                count = f"{len(texts)} messages" if len(texts) > 1 else "1 message"
                yield error(key, f"{count} for an agent that does not exist", "tt reclaim shows and moves them")
                continue
            if len(texts) > _MANY:
                yield warning(
                    key, f"{len(texts)} messages wait; nobody reads them", f"tt inbox {_name(stock, agent)}"
                )
            for text in texts:
                yield from _check_message(stock, key, delivery(agent, text))


def _check_message(stock: Stock, key: str, mail: Delivery) -> Iterator[Finding]:
    if mail.message is None:
        yield warning(
            key,
            f"holds what is no message: {mail.text[:60]!r}",
            f"The agent drops it; by hand: {stock.cli} LREM '{key}' 1 TEXT",
        )
        return
    if mail.message.type != "task_assign":
        return
    ident = ident_of(str(mail.message.get("task_id")))
    held = None if ident is None else stock.tasks.get(ident)
    if ident is not None and held is None and stock.keys.task(ident) in stock.kinds:
        return  # it cannot be read: nothing is known of it
    if held is not None and _awaited(held.value, mail):
        return
    label = held.value.label if held else str(mail.message.get("task_id"))
    state = f"is {held.value.state} elsewhere" if held else "does not exist"
    fix = Fix("dropped", partial(_drop, key=key, text=mail.text, ident=ident, held=held))
    yield warning(key, f'assigns task "{label}", which {state}', "It has no effect: tt doctor --fix drops it", fix)


def _awaited(task: Task, mail: Delivery) -> bool:
    attempt = mail.message.get("attempt") if mail.message else None
    return holds(mail.agent, task) and attempt in (None, task.attempt)


def _name(stock: Stock, agent: UUID) -> str:
    held = stock.agents.get(agent)
    return held.value.name if held else "conductor"


def _drop(transaction: Transaction, key: str, text: str, ident: UUID | None, held: Held[Task] | None) -> None:
    if ident is not None:
        where = transaction.keys.task(ident)
        if held is None:
            transaction.expect_absent(where)
        else:
            transaction.expect(where, held.text)
    transaction.delete_element(key, text)
