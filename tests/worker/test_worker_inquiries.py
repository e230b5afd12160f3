"""Who asks how an agent is doing hears at once, whatever it does."""

from tests.towns import House
from tinytown.ids import CONDUCTOR_ID
from tinytown.messages import Message
from tinytown.pause import pause_agent, resume_agent

PATIENCE = 5.0
"""Meant is a second; a machine that does much else gets more. A task here lasts for a minute."""


def _answer(home: House) -> Message:
    taken = home.town.channel.receive(CONDUCTOR_ID, PATIENCE)
    assert taken is not None, "no answer"
    assert taken.message is not None
    return taken.message


def test_an_agent_answers_in_the_middle_of_a_task_and_disturbs_nothing(home: House) -> None:
    agent = home.spawn("coder")
    task = agent.assign("sleep 60")
    home.running(task)
    agent.assign("echo waits")
    ping = agent.send("ping", priority="low")
    answer = _answer(home)
    assert (answer.type, answer.correlation_id) == ("pong", ping)
    request = agent.send("status_request")
    answer = _answer(home)
    assert (answer.type, answer.correlation_id) == ("status_response", request)
    assert (answer.get("state"), answer.get("current_task")) == ("working", str(task))
    assert home.task(task).state == "running"
    assert [message.type for message in home.town.channel.peek(agent.id)] == ["task_assign"]


def test_an_agent_answers_while_it_is_paused(home: House) -> None:
    agent = home.spawn("coder")
    pause_agent(home.town.site, "coder")
    waiting = agent.assign("echo waits")
    for _ in range(2):
        request = agent.send("status_request")
        answer = _answer(home)
        assert (answer.correlation_id, answer.get("state")) == (request, "paused")
    assert home.task(waiting).state == "assigned"
    resume_agent(home.town.site, "coder")
    assert home.ended(waiting).result == "waits"
    assert home.town.channel.inbox_len(CONDUCTOR_ID) == 0, "each was answered once"
