"""Attempts and how long they took, from the journal."""

from tinytown.attempts import attempts
from tinytown.events import Event

T = "2026-03-09T20:00:{:02d}.500000Z"


def event(kind: str, second: int, attempt: int = 1, agent: str | None = "coder") -> Event:
    return Event(f"task.{kind}", T.format(second), task="t", plan_id="build", agent=agent, attempt=attempt)


def test_each_attempt_is_a_row() -> None:
    told = [
        Event("plan.pushed", T.format(0)),
        event("created", 0, 0),
        event("assigned", 1),
        event("started", 3),
        event("retrying", 8),
        event("assigned", 10, 2, "other"),
        event("started", 11, 2, "other"),
        event("completed", 31, 2, "other"),
        event("approved", 32, 2, None),
    ]
    first, second = attempts(told)
    assert first.as_dict() == {
        "task": "build",
        "id": "t",
        "attempt": 1,
        "agent": "coder",
        "assigned": T.format(1),
        "started": T.format(3),
        "ended": T.format(8),
        "wait_seconds": 2.0,
        "run_seconds": 5.0,
        "outcome": "failed",
    }
    assert (second.agent, second.wait, second.run, second.outcome) == ("other", 1.0, 20.0, "completed")


def test_what_goes_on_and_what_the_journal_forgot_is_empty() -> None:
    (going,) = attempts([event("assigned", 1)])
    assert (going.wait, going.run, going.ended, going.outcome) == (None, None, None, None)
    (late,) = attempts([event("started", 1), event("failed", 2)])
    assert (late.wait, late.run, late.outcome) == (None, 1.0, "failed")
    assert attempts([event("completed", 2)]) == []


def test_an_attempt_ends_once() -> None:
    (one,) = attempts([event("started", 1), event("completed", 2), event("requeued", 9)])
    assert (one.ended, one.outcome) == (T.format(2), "completed")


def test_times_that_are_none_cost_nothing_but_their_duration() -> None:
    broken = Event("task.started", "soon", task="t", attempt=1)
    assert attempts([broken, event("completed", 2)])[0].run is None
