"""Says something to every living agent at once."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from tinytown.channel import Channel
from tinytown.errors import UnknownAgentError
from tinytown.messages import Message
from tinytown.site import Site
from tinytown.tasks import Priority

EVERYBODY = UUID(int=0)
"""The receiver that a broadcast names on the town's channel; nobody's mailbox."""


def broadcast(
    site: Site, kind: str, *, sender: UUID, priority: Priority = Priority.NORMAL, **payload: Any
) -> list[Message]:
    """Puts a message into the inbox of every living agent but the sender's, all in one transaction.

    Then it is published, once, to whoever listens on the town's channel.

    Args:
        site: The town.
        kind: The message's type.
        sender: The id of the agent that it comes from.
        priority: How soon among others.
        payload: The type's fields, and `correlation_id`.

    Returns:
        The messages, one for each agent. Each names the published one as `broadcast`.

    Raises:
        UnknownAgentError: Nobody is alive to hear it; nothing was sent or published.
    """
    published = Message.new(kind, sender=sender, to=EVERYBODY, priority=priority, **payload)
    fields = {"priority": priority, "broadcast": published.id, **payload}
    to = living(site, but=(sender,))
    if not to:
        raise UnknownAgentError(
            "no agent is alive to hear this", "`tt list` lists them, `tt spawn NAME` starts one."
        )
    messages = [Message.new(kind, sender=sender, to=agent, **fields) for agent in to]
    channel = Channel(site.connection, site.keys)
    channel.send(*messages)
    channel.broadcast(published)
    return messages


def living(site: Site, but: Collection[UUID] = ()) -> list[UUID]:
    """The agents whose hearts beat, by name, but for some."""
    agents = site.roster.all()
    beats = site.roster.heartbeats(agents)
    return [agent for agent, held in agents.items() if agent in beats and not held.value.gone and agent not in but]
