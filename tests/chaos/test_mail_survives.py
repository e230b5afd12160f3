"""An agent is killed wherever it has mail in its hands: all of it is dealt with, and answered once."""

from collections.abc import Callable

import pytest

from tests.chaos.faults.schedule import FaultFolder, Schedule, Strike
from tests.towns import House, until
from tinytown.ids import CONDUCTOR_ID
from tinytown.messages import Message

Beset = Callable[[Schedule], FaultFolder]


def _after_the_kill(home: House, folder: FaultFolder) -> None:
    until(lambda: folder.happened()["kill"] == 1, "it was killed")
    home.spawn("hand")


def _answers(home: House, question: object) -> list[Message]:
    def answered() -> bool:
        return any(message.correlation_id == question for message in home.town.channel.peek(CONDUCTOR_ID))

    until(answered, "there is an answer")
    home.town.agent("hand").wait_for_idle(20)
    return home.town.channel.peek(CONDUCTOR_ID)


_QUESTION = [
    ("taken", 1),
    ("before adoption", 1),
    ("after adoption", 1),
    ("taken", 2),
    ("before start", 1),
    ("after start", 1),
    ("exited", 1),
    ("before finish", 1),
    ("after finish", 1),
]


@pytest.mark.parametrize(("point", "at"), _QUESTION)
@pytest.mark.parametrize("state", ["completed", "failed"])
def test_a_question_is_answered_once(home: House, beset: Beset, point: str, at: int, state: str) -> None:
    folder = beset(Schedule((Strike(point, "kill", at),)))
    question = home.spawn("hand").send("query", question="echo 42" if state == "completed" else "echo 42; exit 4")
    _after_the_kill(home, folder)
    (answer,) = _answers(home, question)
    assert answer.get("state") == state
    assert "42" in answer.text
    assert len(home.events("message.read")) == 1


@pytest.mark.parametrize("point", ["taken", "before answer", "after answer"])
def test_a_ping_is_answered_once(home: House, beset: Beset, point: str) -> None:
    folder = beset(Schedule((Strike(point, "kill", 1),)))
    ping = home.spawn("hand").send("ping")
    _after_the_kill(home, folder)
    assert [answer.type for answer in _answers(home, ping)] == ["pong"]


@pytest.mark.parametrize(
    ("point", "at"),
    [("taken", 1), ("taken", 2), ("after start", 1), ("exited", 1), ("before finish", 1), ("after finish", 1)],
)
def test_news_reach_the_attempt_that_completes(home: House, beset: Beset, point: str, at: int) -> None:
    folder = beset(Schedule((Strike(point, "kill", at),)))
    agent = home.spawn("hand")
    agent.send("informational", summary="mind the gap")
    task = agent.assign('cat "$TINYTOWN_CONTEXT"')
    _after_the_kill(home, folder)
    assert "mind the gap" in (home.ended(task).result or "")
    home.ended(agent.assign('grep -q "mind the gap" "$TINYTOWN_CONTEXT" && exit 1; exit 0'))
    assert home.task(task).state == "completed"
    assert len(home.events("message.read")) == 1
    assert home.town.channel.taken(agent.id) == []
