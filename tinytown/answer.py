"""What whoever asked for a task hears of its end. Pure."""

from tinytown.ids import CONDUCTOR_ID
from tinytown.messages import Message
from tinytown.tasks import Task


def answer(before: Task, after: Task) -> Message | None:
    """The answer to the question that a task was made of, when the task ends: by its agent, a person or a death.

    Args:
        before: The task as it was.
        after: The task as it is to be.

    Returns:
        An informational message with the result or the error, the task's last `state`, and the question's id as
        `correlation_id`; None if nobody waits for one.
    """
    if after.reply_to is None or not after.ended or before.state is after.state:
        return None
    return Message.new(
        "informational",
        sender=before.assigned_to or CONDUCTOR_ID,
        to=after.reply_to,
        priority=after.priority,
        summary=after.result or f"({after.state}, without a word)",
        state=after.state.value,
        correlation_id=after.id,
    )
