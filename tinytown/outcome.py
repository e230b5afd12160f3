"""Writes what came of an attempt."""

from tinytown.agents import Agent
from tinytown.ending import ended
from tinytown.record import Held
from tinytown.report import Report
from tinytown.tasks import Task
from tinytown.transaction import Transaction


def write_outcome(transaction: Transaction, held: Held[Task], report: Report, agent: Agent) -> None:
    """Writes the end of an attempt into a transaction: the task and its event.

    Args:
        transaction: Where it goes.
        held: The task as it was read, running.
        report: What came of the attempt.
        agent: Who made it.
    """
    after, event = ended(held.value, report, agent.name)
    transaction.change_task(held, after)
    if after.not_before is not None:
        transaction.delay(after)
    transaction.tell(event)
