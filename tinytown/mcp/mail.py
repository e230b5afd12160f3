"""What becomes of a client's mail when it comes in: work becomes a task, the rest waits to be read."""

from tinytown.channel import Channel, Delivery
from tinytown.messages import ASSIGNMENT, INQUIRIES, WISHES, Message, wished
from tinytown.site import Site
from tinytown.worker.desk import Desk
from tinytown.worker.inquiries import reply
from tinytown.worker.unplanned import adopt


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
    elif message.type in WISHES:
        asker = desk.channel.names([message.sender]).get(message.sender)
        adopt(site, desk.me, taken, wished(message, desk.me.name, asker))
    elif message.type in INQUIRIES:
        desk.channel.answer(taken, reply(message, desk.me))
    elif message.type == ASSIGNMENT and not _holds(desk, message):
        desk.channel.acknowledge(taken)
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
    if message.type != ASSIGNMENT:
        return message.type not in INQUIRIES | WISHES | {"shutdown"}
    task = desk.channel.get_task(message.get("task_id"))
    return task is not None and desk.is_mine(task, message.get("attempt", task.attempt)) and not task.ended
