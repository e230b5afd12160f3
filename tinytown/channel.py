"""Messages in Redis: four priorities in one list, and a receive that loses nothing.

A taken message stays in the receiver's processing list until it is acknowledged; if the receiver dies, it is
given back to the head of its inbox.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from tinytown.agents import Agent
from tinytown.connection import Command, Connection
from tinytown.errors import StoreError
from tinytown.ids import CONDUCTOR, CONDUCTOR_ID
from tinytown.keys import Keys
from tinytown.messages import NOTES, Message
from tinytown.record import Held
from tinytown.states import AgentState
from tinytown.tasks import Task
from tinytown.transaction import Transaction

_WAIT_FOREVER = 0
_SHORTEST_WAIT = 0.01
"""Redis 6.2 waits for ever when it is asked to wait for a millisecond."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that was taken, with the exact text that acknowledges it.

    `message` is None if the text is no message at all.
    """

    agent: UUID
    text: str
    message: Message | None

    @property
    def rank(self) -> int:
        """The rank that it goes back with."""
        return self.message.priority.rank if self.message else 1


class Channel:
    """The town's mailboxes.

    Args:
        connection: An open connection. `receive` blocks it.
        keys: The town's keys.
    """

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    def send(self, *messages: Message) -> None:
        """Puts messages into the inboxes of their receivers, by priority, and tells the journal: all or none."""
        transaction = Transaction(self._keys)
        names = self.names({ident for message in messages for ident in (message.sender, message.to)})
        for message in messages:
            sender = names.get(message.sender, str(message.sender))
            transaction.send(message, sender, names.get(message.to))
        transaction.commit(self._connection)

    def names(self, agents: Collection[UUID]) -> dict[UUID, str]:
        """What agents are called, as far as they are known; the conductor too."""
        wanted = [agent for agent in agents if agent != CONDUCTOR_ID]
        texts = self._connection.run("MGET", *map(self._keys.agent, wanted)) if wanted else []
        found = {CONDUCTOR_ID: CONDUCTOR}
        for agent, text in zip(wanted, texts, strict=True):
            with suppress(StoreError):
                found[agent] = Agent.from_json(text or "").name
        return found

    def receive(self, agent: UUID, timeout: float | None = None) -> Delivery | None:
        """Waits for the next message and takes it.

        Args:
            agent: Whose inbox.
            timeout: Seconds to wait; None waits for ever.

        Returns:
            The message, or None when the time was up.
        """
        if timeout is not None and timeout <= 0:
            return self.try_receive(agent)
        wait = _WAIT_FOREVER if timeout is None else f"{max(timeout, _SHORTEST_WAIT):.3f}"
        inbox, processing = self._keys.inbox(agent), self._keys.processing(agent)
        text = self._connection.run("BLMOVE", inbox, processing, "LEFT", "RIGHT", wait)
        return None if text is None else delivery(agent, text)

    def try_receive(self, agent: UUID) -> Delivery | None:
        """Takes the next message if there is one."""
        inbox, processing = self._keys.inbox(agent), self._keys.processing(agent)
        text = self._connection.run("LMOVE", inbox, processing, "LEFT", "RIGHT")
        return None if text is None else delivery(agent, text)

    def acknowledge(self, taken: Delivery) -> None:
        """Says that a message is done with."""
        Transaction(self._keys).acknowledge(taken.agent, taken.text).commit(self._connection)

    def answer(self, question: Delivery, reply: Message) -> None:
        """Sends the answer to a message and is done with it, at once; it may have been taken or not.

        Args:
            question: The message.
            reply: Of a type that the journal does not tell of.
        """
        transaction = Transaction(self._keys).push(reply)
        transaction.acknowledge(question.agent, question.text).drop_message(question.agent, question.text)
        transaction.commit(self._connection)

    def taken(self, agent: UUID) -> list[Delivery]:
        """The messages that an agent took and did not acknowledge, oldest first."""
        texts = self._connection.run("LRANGE", self._keys.processing(agent), 0, -1)
        return [delivery(agent, text) for text in texts]

    def waiting(self, agent: UUID) -> list[Delivery]:
        """The messages in an agent's inbox, the next one first, as they stand there."""
        texts = self._connection.run("LRANGE", self._keys.inbox(agent), 0, -1)
        return [delivery(agent, text) for text in texts]

    def give_back(self, taken: Sequence[Delivery]) -> None:
        """Puts taken messages back at the head of their inboxes, in their old order."""
        transaction = Transaction(self._keys)
        for one in reversed(taken):
            transaction.give_back(one.agent, one.text, one.rank)
        transaction.commit(self._connection)

    def broadcast(self, message: Message) -> int:
        """Publishes a message to whoever listens right now. Returns how many did."""
        return int(self._connection.run("PUBLISH", self._keys.broadcast, message.to_json()))

    def inbox_len(self, agent: UUID) -> int:
        """How many messages wait."""
        return int(self._connection.run("LLEN", self._keys.inbox(agent)))

    def at_rest(self, agent: UUID) -> bool:
        """Whether an agent has nothing in work, paused or not, and no mail to deal with.

        Seen in one look, for a message on the move would be missed. Notes ask for nothing: they do not count.
        """
        look: list[Command] = [
            ("MULTI",),
            ("GET", self._keys.agent(agent)),
            ("LLEN", self._keys.inbox(agent)),
            ("LRANGE", self._keys.processing(agent), 0, -1),
            ("EXEC",),
        ]
        text, waiting, taken = self._connection.run_all(look)[-1]
        messages = [delivery(agent, one).message for one in taken]
        busy = waiting or any(message is None or message.type not in NOTES for message in messages)
        if text is None or busy:
            return False
        now = Agent.from_json(text)
        return now.state in (AgentState.IDLE, AgentState.PAUSED) and now.current_task is None

    def peek(self, agent: UUID, count: int = 100) -> list[Message]:
        """The next messages, without taking them; texts that are no messages are left out."""
        texts = self._connection.run("LRANGE", self._keys.inbox(agent), 0, count - 1) if count > 0 else []
        peeked = [delivery(agent, text).message for text in texts]
        return [message for message in peeked if message is not None]

    def get_task(self, task: UUID) -> Task | None:
        """A task as it is now, or None."""
        text = self._connection.run("GET", self._keys.task(task))
        return None if text is None else Held(Task.from_json(text), text).value


def delivery(agent: UUID, text: str) -> Delivery:
    """What a text from an inbox is."""
    try:
        return Delivery(agent, text, Message.from_json(text))
    except StoreError:
        return Delivery(agent, text, None)
