"""Writes what came of an attempt."""

from uuid import UUID

from tinytown.agents import Agent
from tinytown.ending import ended
from tinytown.messages import Message
from tinytown.record import Held
from tinytown.report import Report
from tinytown.tasks import Task
from tinytown.transaction import Transaction


def write_outcome(transaction: Transaction, held: Held[Task], report: Report, agent: Agent) -> None:
    """Writes the end of an attempt into a transaction: the task, its event, and the answer to a query.

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
    reply_to = (after.model_extra or {}).get("reply_to")
    if reply_to and after.ended:
        transaction.push(
            Message.new(
                "informational",
                sender=agent.id,
                to=UUID(reply_to),
                summary=after.result or "",
                correlation_id=after.id,
            )
        )
