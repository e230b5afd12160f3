"""Questions to an agent's process itself, such as `ping`: answered also in the middle of a task or a pause."""

from collections.abc import Iterable
from typing import Any

from tinytown.agents import Agent
from tinytown.channel import Channel, delivery
from tinytown.messages import INQUIRIES, Message

LOOK_MESSAGES = 1000
"""So deep into its inbox a busy agent looks for them."""

_MARKS = tuple(f'"{kind}"' for kind in INQUIRIES)


def reply(question: Message, me: Agent) -> Message:
    """The answer: `pong`, or how the agent is."""
    to: dict[str, Any] = {
        "sender": me.id,
        "to": question.sender,
        "priority": question.priority,
        "correlation_id": question.id,
    }
    if question.type == "ping":
        return Message.new("pong", **to)
    current = str(me.current_task) if me.current_task else None
    return Message.new("status_response", **to, state=me.state.value, current_task=current)


def answer_waiting(channel: Channel, me: Agent, mail: Iterable[str]) -> None:
    """Answers those that wait in an agent's inbox, without taking anything else.

    Args:
        channel: To answer with.
        me: The agent as it is now.
        mail: What lies in its inbox.

    Raises:
        StoreError: Redis does not take the answer.
    """
    for text in mail:
        if any(mark in text for mark in _MARKS):  # reading every waiting task twice a second would be a waste
            waiting = delivery(me.id, text)
            if waiting.message is not None and waiting.message.type in INQUIRIES:
                channel.answer(waiting, reply(waiting.message, me))
