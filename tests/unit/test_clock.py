"""Durations as people write and read them, and moments as JSON has them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytown.clock import now, rfc3339, seconds, spell
from tinytown.errors import UsageError


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("30s", 30),
        ("20m", 1200),
        ("1h30m", 5400),
        ("250ms", 0.25),
        ("1.5h", 5400),
        ("2d", 172800),
        (" 1s ", 1),
        ("0s", 0),
    ],
)
def test_a_duration_is_read(text: str, wanted: float) -> None:
    assert seconds(text) == pytest.approx(wanted)


@pytest.mark.parametrize(
    "text", ["", " ", "30", "s", "-1s", "1 s", "1x", "1s,", "1e3s", ".5s", "1h 30m", "one", "1S"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a duration"):
        seconds(text)


@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59), st.integers(0, 999))
def test_parts_add_up(hours: int, minutes: int, secs: int, milliseconds: int) -> None:
    wanted = hours * 3600 + minutes * 60 + secs + milliseconds / 1000
    assert seconds(f"{hours}h{minutes}m{secs}s{milliseconds}ms") == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("secs", "wanted"),
    [
        (0, "0.00 s"),
        (0.423, "0.42 s"),
        (9.99, "9.99 s"),
        (10, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (185, "3 min 05 s"),
        (3599.7, "1 h 00 min"),
        (7800, "2 h 10 min"),
        (360000, "100 h 00 min"),
    ],
)
def test_a_duration_is_spelled_for_people(secs: float, wanted: str) -> None:
    assert spell(secs) == wanted


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)), st.integers(-14, 14))  # noqa: DTZ001
def test_a_moment_of_any_zone_is_told_in_utc(naive: datetime, hours: int) -> None:
    moment = naive.replace(tzinfo=timezone(timedelta(hours=hours)))
    text = rfc3339(moment)
    assert text.endswith("Z")
    assert len(text) == len("2026-01-01T00:00:00.000000Z")
    assert datetime.fromisoformat(text) == moment


def test_the_present_is_in_utc() -> None:
    assert now().tzinfo is UTC
