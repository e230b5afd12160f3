"""Messages: a receive that loses nothing."""

import threading
import time
from uuid import UUID

import pytest

from tinytown.channel import Channel
from tinytown.connection import Connection
from tinytown.ids import new_id
from tinytown.keys import Keys
from tinytown.messages import Message
from tinytown.server import Server
from tinytown.tasks import Priority, Task
from tinytown.transaction import Transaction


@pytest.fixture
def channel(connection: Connection, keys: Keys) -> Channel:
    return Channel(connection, keys)


@pytest.fixture
def me() -> UUID:
    return new_id()


def say(me: UUID, text: str, priority: Priority = Priority.NORMAL) -> Message:
    return Message.new("task", sender=me, to=me, description=text, priority=priority)


def texts(channel: Channel, me: UUID) -> list[str]:
    return [message.text for message in channel.peek(me)]


def test_what_was_taken_lies_there_until_it_is_acknowledged(channel: Channel, me: UUID) -> None:
    channel.send(say(me, "one"), say(me, "two"))
    taken = channel.try_receive(me)
    assert taken is not None
    assert taken.message is not None
    assert taken.message.text == "one"
    assert (channel.inbox_len(me), channel.taken(me)) == (1, [taken])
    channel.acknowledge(taken)
    assert (channel.inbox_len(me), channel.taken(me)) == (1, [])
    channel.acknowledge(taken)
    assert channel.inbox_len(me) == 1


def test_the_head_is_the_most_urgent_and_among_equals_the_oldest(channel: Channel, me: UUID) -> None:
    for number in range(2):
        for priority in Priority:
            channel.send(say(me, f"{priority}{number}", priority))
    wanted = [f"{priority}{number}" for priority in reversed(Priority) for number in range(2)]
    assert texts(channel, me) == wanted
    assert [message.text for message in channel.peek(me, 3)] == wanted[:3]
    assert channel.peek(me, 0) == []


def test_taken_messages_go_back_to_the_head_in_their_old_order(channel: Channel, me: UUID) -> None:
    channel.send(say(me, "a"), say(me, "b"), say(me, "c"), say(me, "low", Priority.LOW))
    taken = [one for one in (channel.try_receive(me) for _ in range(2)) if one]
    channel.send(say(me, "d"), say(me, "high", Priority.HIGH))
    channel.give_back(taken)
    assert texts(channel, me) == ["high", "a", "b", "c", "d", "low"]
    assert channel.taken(me) == []


def test_nothing_there_is_none_at_once_or_after_the_time(channel: Channel, me: UUID) -> None:
    assert channel.try_receive(me) is None
    began = time.monotonic()
    assert channel.receive(me, timeout=0.05) is None
    assert channel.receive(me, timeout=0) is None
    assert time.monotonic() - began >= 0.04


def test_whoever_waits_is_woken_by_a_message(server: Server, channel: Channel, keys: Keys, me: UUID) -> None:
    waiting = Connection(server.address)
    got: list[str] = []

    def wait() -> None:
        found = Channel(waiting, keys).receive(me)
        got.append(found.text if found else "")

    thread = threading.Thread(target=wait)
    thread.start()
    message = say(me, "wake up")
    channel.send(message)
    thread.join(10)
    waiting.close()
    assert got == [message.to_json()]
    assert [one.text for one in channel.taken(me)] == got


def test_what_is_no_message_can_be_taken_and_done_away_with(
    channel: Channel, connection: Connection, keys: Keys, me: UUID
) -> None:
    connection.run("RPUSH", keys.inbox(me), "rubbish \udcff")
    channel.send(say(me, "fine"))
    assert texts(channel, me) == ["fine"]
    taken = channel.receive(me, timeout=1)
    assert taken is not None
    assert (taken.message, taken.rank, taken.text) == (None, 1, "rubbish \udcff")
    channel.give_back([taken])
    assert channel.try_receive(me) == taken
    channel.acknowledge(taken)
    assert channel.taken(me) == []


def test_several_messages_go_out_together_to_several(channel: Channel, me: UUID) -> None:
    you = new_id()
    channel.send(say(me, "a"), Message.new("ping", sender=me, to=you))
    assert (channel.inbox_len(me), channel.inbox_len(you)) == (1, 1)
    channel.send()


def test_a_broadcast_reaches_whoever_listens(server: Server, channel: Channel, keys: Keys, me: UUID) -> None:
    message = say(me, "all")
    assert channel.broadcast(message) == 0
    listener = Connection(server.address)
    listener.run("SUBSCRIBE", keys.broadcast)
    assert channel.broadcast(message) == 1
    assert listener.listen() == ["message", keys.broadcast, message.to_json()]
    listener.close()


def test_a_task_is_read_as_it_is_now(channel: Channel, connection: Connection, keys: Keys) -> None:
    task = Task.new("x")
    assert channel.get_task(task.id) is None
    transaction = Transaction(keys)
    transaction.create_task(task)
    transaction.commit(connection)
    assert channel.get_task(task.id) == task
