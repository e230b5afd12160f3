"""Checks what tasks point at: their agents, parents and needs. Pure."""

from collections.abc import Iterator
from functools import partial

from tinytown.doctor.finding import Finding, Fix, error, warning
from tinytown.doctor.stock import Stock
from tinytown.events import task_event
from tinytown.needs import by_name
from tinytown.record import Held
from tinytown.states import UNDER_WAY, TaskState
from tinytown.tasks import Task
from tinytown.transaction import Transaction


def check_holders(stock: Stock) -> Iterator[Finding]:
    """Tasks in the hands of nobody, of an agent that does not exist, or of one that has stopped."""
    for ident, held in stock.tasks.items():
        task = held.value
        if task.group or task.state not in UNDER_WAY:
            continue
        place = stock.keys.task(ident)
        if task.assigned_to is None or stock.keys.agent(task.assigned_to) not in stock.kinds:
            who = f"agent {task.assigned_to}, which does not exist" if task.assigned_to else "nobody"
            fix = Fix("returned to pending", partial(_requeue, held=held))
            yield error(place, f'task "{task.label}" is {task.state} by {who}', "tt doctor --fix frees it", fix)
            continue
        agent = stock.agents.get(task.assigned_to)
        if agent is not None and agent.value.gone and task.state is TaskState.RUNNING:
            name, state = agent.value.name, agent.value.state
            yield error(place, f'task "{task.label}" is running by agent "{name}", which is {state}', "tt recover")


def check_ties(stock: Stock) -> Iterator[Finding]:
    """Tasks whose parent or needs do not exist: they can never start."""
    if f"{stock.keys.prefix}plan" in stock.kinds and ":pushing" in stock.fields(stock.keys.plan):
        return  # half a plan: that is told elsewhere
    known = by_name({held.value.id: held.value for held in stock.tasks.values()})
    for ident, held in stock.tasks.items():
        task = held.value
        place = stock.keys.task(ident)
        weigh = warning if task.ended else error
        remedy = "tt sync push" if task.plan_id else f"tt cancel {task.label}"
        if task.parent_id is not None and stock.keys.task(task.parent_id) not in stock.kinds:
            yield weigh(place, f'the parent of task "{task.label}", {task.parent_id}, does not exist', remedy)
        for need in task.needs:
            if need not in known:
                yield weigh(place, f'task "{task.label}" needs "{need}", which does not exist', remedy)


def _requeue(transaction: Transaction, held: Held[Task]) -> None:
    task = held.value
    if task.assigned_to is not None:
        transaction.expect_absent(transaction.keys.agent(task.assigned_to))
    after = task.requeue()
    transaction.change_task(held, after)
    transaction.tell(task_event("requeued", after, reason="its agent does not exist"))
