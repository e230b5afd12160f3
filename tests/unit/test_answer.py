"""Whoever asked hears of the end, however it came."""

from uuid import UUID

import pytest

from tinytown.answer import answer
from tinytown.ids import CONDUCTOR_ID
from tinytown.tasks import Priority, Task

ASKER, AGENT = UUID(int=7), UUID(int=8)
QUESTION = Task.new("which port?", reply_to=ASKER, priority=Priority.HIGH)
RUNNING = QUESTION.assign(AGENT).start()


@pytest.mark.parametrize(
    ("after", "state", "text"),
    [
        (RUNNING.complete("8080"), "completed", "8080"),
        (RUNNING.fail("exit status 4"), "failed", "exit status 4"),
        (RUNNING.cancel("by alice"), "cancelled", "by alice"),
        (RUNNING.fail(None), "failed", "(failed, without a word)"),
    ],
)
def test_the_answer_tells_how_it_ended(after: Task, state: str, text: str) -> None:
    told = answer(RUNNING, after)
    assert told is not None
    assert (told.sender, told.to, told.type, told.correlation_id) == (AGENT, ASKER, "informational", QUESTION.id)
    assert (told.get("state"), told.text, told.priority) == (state, text, Priority.HIGH)


def test_what_nobody_has_taken_up_is_answered_by_the_conductor() -> None:
    told = answer(QUESTION, QUESTION.cancel("by alice"))
    assert told is not None
    assert told.sender == CONDUCTOR_ID


def test_only_an_end_is_told_once_and_only_to_who_asked() -> None:
    assert answer(RUNNING, RUNNING.requeue()) is None
    ended = RUNNING.complete("8080")
    assert answer(ended, ended.evolve(tags=("x",))) is None
    nobody = RUNNING.evolve(reply_to=None)
    assert answer(nobody, nobody.complete("8080")) is None
