"""Which events are wanted, and since when."""

from datetime import UTC, datetime

import pytest

from tinytown.errors import UsageError
from tinytown.event_filter import EventFilter, id_before
from tinytown.events import Event

_NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
_LAST = 2**64 - 1


@pytest.mark.parametrize(
    ("since", "after"),
    [
        ("10s", f"{1769860790000 - 1}-{_LAST}"),
        ("2026-01-31T11:59:50Z", f"{1769860790000 - 1}-{_LAST}"),
        ("2026-01-31T13:59:50+02:00", f"{1769860790000 - 1}-{_LAST}"),
        ("1970-01-01T00:00:00Z", "0-0"),
        ("1769860790000-3", "1769860790000-3"),
        ("1769860790000", "1769860790000-0"),
    ],
)
def test_the_id_before_a_time(since: str, after: str) -> None:
    assert id_before(since, _NOW) == after


@pytest.mark.parametrize("since", ["", "yesterday", "10 parsecs", "2026-13-01"])
def test_what_is_no_time_is_refused(since: str) -> None:
    with pytest.raises(UsageError, match="is no time"):
        id_before(since, _NOW)


def test_any_of_a_kind_and_each_of_the_kinds() -> None:
    event = Event("task.completed", "", task="t", agent="a")
    assert EventFilter().wants(event)
    assert not EventFilter().narrow
    assert EventFilter(("a", "b"), ("t",), ("task.*", "agent.*")).wants(event)
    assert not EventFilter(("b",), ("t",)).wants(event)
    assert not EventFilter(types=("task.comp",)).wants(event)
    assert not EventFilter(tasks=("u",)).wants(event)
