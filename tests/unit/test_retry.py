"""When a failed attempt is made again."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tinytown.retry import JITTER, LONGEST, may_retry, pause, respite, retried
from tinytown.states import TaskState
from tinytown.tasks import Task

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def task(number: int = 1, **fields: object) -> Task:
    return Task(id=UUID(int=number), description="d", state=TaskState.RUNNING, **fields)


def seconds(delay: str | None, failures: int, number: int = 1, attempt: int = 1) -> float:
    return pause(task(number, retry_delay=delay, failures=failures, attempt=attempt)).total_seconds()


@pytest.mark.parametrize(("failures", "base"), [(0, 30), (1, 60), (2, 120), (6, 1920), (7, 3600), (5000, 3600)])
def test_the_pause_doubles_up_to_an_hour(failures: int, base: float) -> None:
    found = [seconds("30s", failures, number, attempt) for number in range(50) for attempt in range(1, 9)]
    assert min(found) >= base * (1 - JITTER) - 1e-6
    assert max(found) <= base * (1 + JITTER) + 1e-6
    assert len(set(found)) > 300, "they are spread"
    assert LONGEST == 3600


def test_the_pause_depends_on_the_task_and_the_attempt_alone() -> None:
    assert seconds("30s", 1) == seconds("30s", 1)
    assert seconds("30s", 1, attempt=2) != seconds("30s", 1, attempt=3)


@pytest.mark.parametrize("delay", [None, "0s", "soon"])
def test_without_a_delay_it_is_tried_again_at_once(delay: str | None) -> None:
    assert seconds(delay, 3) == 0
    assert retried(task(retry_delay=delay), "broken", NOW).not_before is None


def test_so_often_is_it_tried_as_the_plan_says() -> None:
    assert [may_retry(task(retries=2, failures=failures)) for failures in range(4)] == [True, True, False, False]
    assert not may_retry(task())


def test_what_is_tried_again_is_pending_and_knows_what_went_wrong() -> None:
    running = task(retries=1, retry_delay="10s", attempt=4, crashes=2, assigned_to=UUID(int=9), approved=True)
    again = retried(running, "exit status 1", NOW)
    assert (again.state, again.assigned_to, again.result, again.attempt) == (TaskState.PENDING, None, None, 4)
    assert (again.failures, again.crashes, again.last_error) == (1, 2, "exit status 1")
    assert again.approved, "an approval holds for all attempts"
    assert again.not_before is not None
    assert timedelta(seconds=9) <= again.not_before - NOW <= timedelta(seconds=11)


@pytest.mark.parametrize(("delay", "wait"), [(None, 30), ("0s", 30), ("2m", 120), ("250ms", 0.25), ("3h", 3600)])
def test_what_asked_to_be_tried_later_waits_as_long_each_time(delay: str | None, wait: float) -> None:
    for failures in (0, 3):
        assert respite(task(retry_delay=delay, failures=failures)) == timedelta(seconds=wait)
