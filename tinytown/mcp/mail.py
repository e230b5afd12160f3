"""What becomes of a client's mail when it comes in: work becomes a task, the rest waits to be read."""

from typing import Any

from tinytown.channel import Channel, Delivery
from tinytown.messages import Message
from tinytown.site import Site
from tinytown.worker.desk import Desk
from tinytown.worker.unplanned import adopt, made_of


def heed(site: Site, desk: Desk, taken: Delivery) -> None:
    """Deals with a message that was taken; an assignment or a note stays taken until the client has dealt with it.

    Args:
        site: The town.
        desk: The agent's.
        taken: The message.
    """
    message = taken.message
    if message is None:
        desk.channel.acknowledge(taken)
    elif message.type in ("task", "query"):
        adopt(site, desk.me, taken, made_of(message, desk.me.name))
    elif message.type == "ping":
        _answer(desk, taken, message, "pong")
    elif message.type == "status_request":
        current = str(desk.me.current_task) if desk.me.current_task else None
        _answer(desk, taken, message, "status_response", state=desk.me.state.value, current_task=current)
    elif message.type == "shutdown":
        desk.drain()
        desk.channel.acknowledge(taken)


def unread(channel: Channel, desk: Desk) -> list[Delivery]:
    """What the client has not acknowledged, the most urgent first: notes, and assignments that still hold.

    Args:
        channel: The mailboxes.
        desk: The agent's.
    """
    found = [*channel.taken(desk.me.id), *channel.waiting(desk.me.id)]
    mail = [one for one in found if one.message is not None and _holds(desk, one.message)]
    return sorted(mail, key=lambda one: -one.rank)


def _holds(desk: Desk, message: Message) -> bool:
    if message.type != "task_assign":
        return message.type not in ("ping", "status_request", "shutdown", "task", "query")
    task = desk.channel.get_task(message.get("task_id"))
    return task is not None and desk.is_mine(task, message.get("attempt", task.attempt)) and not task.ended


def _answer(desk: Desk, taken: Delivery, message: Message, kind: str, **payload: Any) -> None:
    answer = Message.new(kind, sender=desk.me.id, to=message.sender, correlation_id=message.id, **payload)
    desk.channel.send(answer)
    desk.channel.acknowledge(taken)
