"""How a forecast is said."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from tinytown.forecast import Forecast, roughly

MADE = datetime(2026, 3, 2, 14, 26, tzinfo=UTC)  # a Monday


def foretold(seconds: float, tasks: int = 4, **fields: Any) -> Forecast:
    return Forecast(MADE, seconds, tasks, **fields)


@pytest.mark.parametrize(
    ("forecast", "words"),
    [
        (foretold(540), "about 9 min left, done at 14:35"),
        (foretold(540, guessed=2), "about 9 min left, done at 14:35"),
        (foretold(540, guessed=3), "about 9 min left (mostly guessed), done at 14:35"),
        (foretold(11 * 3600), "about 11 h left, done on Tue at 01:26"),
        (foretold(30 * 86400), "about 30 d left, done on 2026-04-01"),
        (foretold(0.0, overdue=True), "longer than expected, done any moment"),
        (foretold(90.0, overdue=True), "about 2 min left, done at 14:27"),
        (foretold(60, approvals=("deploy",)), "about 1 min left, then waits for approval of deploy"),
        (foretold(0, 0, approvals=("a", "b", "c", "d", "e")), "waits for approval of a, b, c and 2 more"),
        (
            foretold(0, 0, approvals=("a",), unclaimed=("b",)),
            "waits for approval of a and waits for somebody to claim b",
        ),
        (foretold(60, missing=("qa",)), "about 1 min left once qa is there"),
        (foretold(60, missing=("qa", "dev")), "about 1 min left once qa, dev are there"),
        (foretold(60, conducted=False, missing=("qa",)), "about 1 min left for what is at work"),
    ],
)
def test_words(forecast: Forecast, words: str) -> None:
    assert forecast.words(UTC) == words


def test_the_end_is_told_in_the_zone_that_is_asked_for() -> None:
    assert foretold(540).words(timezone(timedelta(hours=10))) == "about 9 min left, done at 00:35"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "5 s"),
        (5.1, "10 s"),
        (54.9, "55 s"),
        (55, "1 min"),
        (89, "1 min"),
        (91, "2 min"),
        (3569, "59 min"),
        (3571, "1 h"),
        (3600 + 14 * 60, "1 h 10 min"),
        (35_699, "9 h 50 min"),
        (35_701, "10 h"),
        (47 * 3600, "47 h"),
        (60 * 3600, "2 d"),
    ],
)
def test_roughly(seconds: float, words: str) -> None:
    assert roughly(seconds) == words


def test_for_json_an_end_that_is_up_to_a_person_is_none() -> None:
    assert foretold(540).as_dict() == {
        "seconds": 540,
        "at": "2026-03-02T14:35:00.000000Z",
        "busy_seconds": 540,
        "tasks": 4,
        "guessed": 0,
        "overdue": False,
        "approvals": [],
        "unclaimed": [],
        "missing": [],
    }
    waiting = foretold(60, approvals=("deploy",)).as_dict()
    assert (waiting["seconds"], waiting["at"], waiting["busy_seconds"]) == (None, None, 60)
