"""What an agent does with its mail."""

import json
from uuid import UUID, uuid4

import pytest

from tests.towns import House, alive, until
from tinytown.channel import Delivery
from tinytown.ids import CONDUCTOR_ID
from tinytown.messages import Message
from tinytown.town import AgentHandle


def _answer(home: House, seconds: float = 10) -> Message:
    """The next message to the conductor's mailbox, where a sender without a name is answered."""
    taken = home.town.channel.receive(CONDUCTOR_ID, seconds)
    assert isinstance(taken, Delivery)
    assert taken.message is not None
    return taken.message


def _still_works(home: House, agent: AgentHandle) -> None:
    assert home.ended(agent.assign("echo fine")).result == "fine"
    until(lambda: home.town.channel.taken(agent.id) == [], "everything is acknowledged")
    assert agent.inbox_len() == 0


def test_a_task_message_becomes_a_task(home: House) -> None:
    agent = home.spawn("coder")
    message = agent.send("task", description="echo from a message", priority="high")
    task = home.ended(_made(home, message))
    assert task.result == "from a message"
    assert task.tags == ("message",)
    assert task.priority == "high"
    _still_works(home, agent)


def _made(home: House, message: UUID) -> UUID:
    until(lambda: home.town.channel.get_task(message) is not None, "the message became a task")
    return message


def test_a_query_is_answered(home: House) -> None:
    agent = home.spawn("coder")
    message = agent.send("query", question="echo 42")
    answer = _answer(home)
    assert (answer.type, answer.text, answer.correlation_id) == ("informational", "42", message)
    assert answer.sender == agent.id
    _still_works(home, agent)


def test_a_query_that_fails_is_answered_too(home: House) -> None:
    home.spawn("coder").send("query", question="echo dunno; exit 4")
    assert _answer(home).text.startswith("exit status 4")


def test_an_agent_asks_another_from_inside_a_task(home: House) -> None:
    asked = home.spawn("parrot", "echo")
    asker = home.spawn("coder")
    home.ended(asker.assign("tt send parrot --query hello"))
    until(lambda: len(home.town.channel.taken(asker.id)) == 1, "the answer arrived")
    (answer,) = home.town.channel.taken(asker.id)
    assert answer.message is not None
    assert (answer.message.sender, answer.message.text) == (asked.id, "hello")


def test_ping_is_answered_with_pong(home: House) -> None:
    message = home.spawn("coder").send("ping")
    answer = _answer(home)
    assert (answer.type, answer.correlation_id) == ("pong", message)


def test_status_request_is_answered(home: House) -> None:
    home.spawn("coder").send("status_request")
    answer = _answer(home)
    assert answer.type == "status_response"
    assert (answer.get("state"), answer.get("current_task")) == ("idle", None)


def test_shutdown_ends_the_process(home: House) -> None:
    agent = home.spawn("coder")
    pid = home.pid_of("coder")
    agent.send("shutdown")
    assert agent.wait(10).state == "stopped"
    until(lambda: not alive(pid), "the process ended")
    assert home.town.channel.taken(agent.id) == []


def test_an_unknown_type_is_logged_and_acknowledged(home: House) -> None:
    agent = home.spawn("coder")
    agent.send("gossip", rumour="the bridge is closed")
    _still_works(home, agent)
    assert "gossip" in home.log("coder")
    assert "the bridge is closed" in home.log("coder")


def test_confirmation_and_custom_do_no_harm(home: House) -> None:
    agent = home.spawn("coder")
    agent.send("confirmation", ack_type="received")
    agent.send("custom", kind="weather", payload={"rain": True})
    _still_works(home, agent)


_GARBAGE = ["", "garbage", "null", "[]", "{}", '{"type": 3}', '"\\ud800"', "{" * 2000, "\0"]


@pytest.mark.parametrize("text", _GARBAGE, ids=range(len(_GARBAGE)))
def test_garbage_in_the_inbox_is_dropped(home: House, text: str) -> None:
    agent = home.spawn("coder")
    home.town.connection.run("RPUSH", home.town.keys.inbox(agent.id), text)
    _still_works(home, agent)
    assert "dropped what is no message" in home.log("coder")


def test_bytes_that_are_no_text_are_dropped(home: House) -> None:
    agent = home.spawn("coder")
    push = "return redis.call('RPUSH', KEYS[1], '\\255\\254 {')"
    home.town.connection.run("EVAL", push, 1, home.town.keys.inbox(agent.id))
    _still_works(home, agent)


def _foreign(agent: UUID, **fields: object) -> str:
    return json.dumps({"id": str(uuid4()), "from": str(CONDUCTOR_ID), "to": str(agent), **fields})


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"task_id": None},
        {"task_id": "nonsense"},
        {"task_id": str(uuid4())},
        {"task_id": str(uuid4()), "task": "{"},
        {"task_id": str(uuid4()), "task": 7},
        {"task_id": str(uuid4()), "task": "{}", "attempt": "x"},
    ],
    ids=range(7),
)
def test_an_assignment_that_makes_no_sense_is_dropped(home: House, payload: dict[str, object]) -> None:
    agent = home.spawn("coder")
    text = _foreign(agent.id, type="task_assign", **payload)
    home.town.connection.run("RPUSH", home.town.keys.inbox(agent.id), text)
    _still_works(home, agent)


def test_an_assignment_of_a_task_that_cannot_be_read_is_dropped(home: House) -> None:
    agent = home.spawn("coder")
    task = uuid4()
    home.town.connection.run("SET", home.town.keys.task(task), "garbage")
    text = _foreign(agent.id, type="task_assign", task_id=str(task))
    home.town.connection.run("RPUSH", home.town.keys.inbox(agent.id), text)
    _still_works(home, agent)


def test_an_assignment_from_another_program_is_taken(home: House) -> None:
    agent = home.spawn("coder")
    from tinytown.tasks import Task

    task = Task.new("echo foreign").assign(agent.id)
    home.create(task)
    text = _foreign(agent.id, type="task_assign", task_id=str(task.id))
    home.town.connection.run("RPUSH", home.town.keys.inbox(agent.id), text)
    assert home.ended(task.id).result == "foreign"


def test_a_reply_to_nobody_does_no_harm(home: House) -> None:
    agent = home.spawn("coder")
    message = _foreign(agent.id, type="query", question="echo lost").replace(str(CONDUCTOR_ID), str(uuid4()))
    home.town.connection.run("RPUSH", home.town.keys.inbox(agent.id), message)
    _still_works(home, agent)


def test_urgent_goes_first(home: House) -> None:
    agent = home.spawn("coder")
    gate = agent.assign("until [ -e open ]; do sleep 0.02; done")
    home.running(gate)
    for priority in ("low", "normal", "high", "urgent", "normal"):
        agent.send("task", description=f"echo {priority} >> order", priority=priority)
    (home.root / "open").touch()
    agent.wait_for_idle(20)
    assert (home.root / "order").read_text().split() == ["urgent", "high", "normal", "normal", "low"]


def test_an_agent_that_only_keeps_a_note_is_idle(home: House) -> None:
    agent = home.spawn("coder")
    agent.send("informational", summary="the API moved")
    until(lambda: len(home.town.channel.taken(agent.id)) == 1, "it is noted")
    assert agent.wait_for_idle(5).state == "idle"


def test_an_agent_with_mail_on_the_move_is_not_idle(home: House) -> None:
    agent = home.spawn("parrot", "echo")
    for number in range(100):
        message = agent.send("task", description=str(number))
        agent.wait_for_idle(10)
        task = home.town.channel.get_task(message)
        assert task is not None
        assert task.state == "completed"
