"""The journal: what happened, in order, and a way to wait for what happens next."""

import threading
import time

import pytest

from tinytown.connection import Connection
from tinytown.events import town_event
from tinytown.journal import Journal
from tinytown.keys import Keys
from tinytown.server import Server
from tinytown.transaction import MAX_EVENTS, Transaction


@pytest.fixture
def journal(connection: Connection, keys: Keys) -> Journal:
    return Journal(connection, keys)


def tell(connection: Connection, keys: Keys, *kinds: str) -> None:
    transaction = Transaction(keys)
    for kind in kinds:
        transaction.tell(town_event(kind, note=f"of {kind}"))
    transaction.commit(connection)


def test_an_empty_journal_begins_and_ends_nowhere(journal: Journal) -> None:
    assert (journal.first_id(), journal.last_id()) == ("0-0", "0-0")
    assert (journal.last(5), list(journal.since("0-0")), journal.follow("0-0", 0.01)) == ([], [], [])


def test_events_come_in_the_order_in_which_they_were_told(
    journal: Journal, connection: Connection, keys: Keys
) -> None:
    tell(connection, keys, "a", "b", "c")
    everything = list(journal.since("0-0"))
    assert [event.type for event in everything] == ["a", "b", "c"]
    assert everything[0].details == {"note": "of a"}
    assert (journal.first_id(), journal.last_id()) == (everything[0].id, everything[-1].id)
    assert [event.type for event in journal.last(2)] == ["b", "c"]
    assert [event.type for event in journal.since(everything[0].id)] == ["b", "c"]
    assert list(journal.since(everything[-1].id)) == []


def test_following_goes_on_where_it_left_off(journal: Journal, connection: Connection, keys: Keys) -> None:
    tell(connection, keys, "a", "b", "c")
    first = journal.follow("0-0", 1, count=2)
    second = journal.follow(first[-1].id, 1, count=2)
    assert [event.type for event in [*first, *second]] == ["a", "b", "c"]
    began = time.monotonic()
    assert journal.follow(second[-1].id, 0.05) == []
    assert time.monotonic() - began >= 0.04


def test_whoever_follows_is_woken_by_an_event(server: Server, connection: Connection, keys: Keys) -> None:
    other = Connection(server.address)
    heard: list[str] = []

    def follow() -> None:
        heard.extend(event.type for event in Journal(other, keys).follow("0-0", 30))

    thread = threading.Thread(target=follow)
    thread.start()
    tell(connection, keys, "wake")
    thread.join(10)
    other.close()
    assert heard == ["wake"]


def test_more_than_one_batch_is_read_to_its_end(journal: Journal, connection: Connection, keys: Keys) -> None:
    tell(connection, keys, *("x" for _ in range(2000)), "last")
    events = list(journal.since("0-0"))
    assert len(events) == 2001
    assert (events[-1].type, events[-1].id) == ("last", journal.last_id())


def test_the_journal_is_bounded(
    journal: Journal, connection: Connection, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_EVENTS >= 10_000
    monkeypatch.setattr("tinytown.transaction.MAX_EVENTS", 10)
    tell(connection, keys, *(str(number) for number in range(500)))
    kept = list(journal.since("0-0"))
    assert len(kept) < 500
    assert kept[-1].type == "499"
    assert journal.first_id() == kept[0].id
