"""A push that is saved, looked at and done later: exactly that push, or none."""

import json
from pathlib import Path

import pytest

from planner.sync.changes import Changes
from planner.sync.push import Pushed, Terms, push
from planner.sync.refusals import SyncConflictError
from planner.sync.saved import OutdatedError, Saved, read_saved
from tests.desk import Desk, yes
from tinytown.errors import TinytownError

TEXT = """\
[[tasks]]
id = "one"
description = "First"

[[tasks]]
id = "two"
description = "Second"

[[tasks]]
id = "three"
description = "Third"
"""


PLAIN = Terms()


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """A plan that was pushed, and then edited: one task described anew, one taken out."""
    desk.write(TEXT)
    desk.push()
    desk.edit('"First"', '"Anew"')
    desk.write(desk.text[: desk.text.rindex("\n[[tasks]]")])
    return desk


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "saved.json"


def save(desk: Desk, place: Path, terms: Terms = PLAIN) -> None:
    found = push(desk.store, desk.plan, terms, dry_run=True)
    Saved.of(desk.path, desk.plan, terms, found.changes).write(place)


def apply(desk: Desk, place: Path) -> Pushed:
    saved = read_saved(place)
    saved.check_file(desk.plan)
    return push(desk.store, desk.plan, saved.terms, confirm=yes, inspect=saved.check)


def test_it_is_done_as_it_was_saved(desk: Desk, place: Path) -> None:
    before = desk.dump()
    save(desk, place)
    assert desk.dump() == before
    assert apply(desk, place).written
    assert set(desk.tasks) == {"one", "two"}
    assert desk.task("one").description == "Anew"
    desk.settled()


def test_it_keeps_its_terms(desk: Desk, place: Path) -> None:
    desk.run("three")
    terms = Terms(prune=True, cancel_running=True, only=("three",))
    save(desk, place, terms)
    assert read_saved(place).terms == terms
    apply(desk, place)
    assert set(desk.tasks) == {"one", "two"}
    assert desk.task("one").description == "First"


def test_it_is_done_once(desk: Desk, place: Path) -> None:
    save(desk, place)
    apply(desk, place)
    before = desk.dump()
    with pytest.raises(OutdatedError, match="Redis has changed since this push was saved; nothing was written"):
        apply(desk, place)
    assert desk.dump() == before


def test_a_file_that_was_changed_forbids_it(desk: Desk, place: Path) -> None:
    save(desk, place)
    desk.write(desk.text + "# only a comment\n")
    before = desk.dump()
    with pytest.raises(OutdatedError, match=r"tasks\.toml was changed since this push was saved;") as caught:
        apply(desk, place)
    assert caught.value.exit_status == 3
    assert desk.dump() == before


@pytest.mark.parametrize("what", ["edited", "begun", "gone"])
def test_a_concerned_task_that_was_changed_forbids_it(desk: Desk, place: Path, what: str) -> None:
    save(desk, place)
    if what == "edited":
        desk.change("one", lambda task: task.evolve(description="theirs"))
    elif what == "begun":
        desk.run("three")
    else:
        desk.push(only=("three",))
    before = desk.dump()
    with pytest.raises(OutdatedError, match="Redis has changed"):
        apply(desk, place)
    assert desk.dump() == before


def test_a_running_task_to_be_pruned_that_has_completed_forbids_it(desk: Desk, place: Path) -> None:
    desk.run("three")
    save(desk, place, Terms(prune=True, cancel_running=True))
    desk.complete("three")
    with pytest.raises(OutdatedError):
        apply(desk, place)
    assert desk.states["three"] == "completed"


def test_what_does_not_concern_it_may_go_on(desk: Desk, place: Path) -> None:
    save(desk, place)
    desk.complete("two")
    desk.run("one")  # described anew from its next attempt on, whatever it does now
    assert apply(desk, place).written
    assert desk.states == {"one": "running", "two": "completed"}


def test_what_changes_between_the_look_and_the_deed_forbids_it_too(desk: Desk, place: Path) -> None:
    save(desk, place)
    saved = read_saved(place)
    meddle = iter([desk.run])

    def inspect(changes: Changes) -> None:
        saved.check(changes)
        for meddled in meddle:
            meddled("three")

    with pytest.raises(OutdatedError):
        push(desk.store, desk.plan, saved.terms, confirm=yes, inspect=inspect)
    assert desk.states["three"] == "running"


def test_conflicts_are_saved_and_stay_conflicts(desk: Desk, place: Path) -> None:
    desk.change("one", lambda task: task.evolve(description="theirs"))
    save(desk, place)
    with pytest.raises(SyncConflictError):
        apply(desk, place)


def test_a_saved_push_may_be_saved_anew(desk: Desk, place: Path) -> None:
    save(desk, place)
    first = place.read_bytes()
    desk.push(only=("three",))
    save(desk, place)
    assert place.read_bytes() != first
    assert apply(desk, place).written
    desk.settled()


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"3", b'{"version": 2}', b'{"version": 1}', b"\xff"])
def test_nothing_else_is_read_or_overwritten(desk: Desk, place: Path, data: bytes) -> None:
    place.write_bytes(data)
    with pytest.raises(TinytownError, match=r"saved\.json is no saved push"):
        read_saved(place)
    with pytest.raises(TinytownError, match=r"saved\.json is no saved push"):
        save(desk, place)
    assert place.read_bytes() == data


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("version", 2),
        ("version", [1]),
        ("terms", {"only": None, "force": True, "unheard-of": 1}),
        ("terms", {"only": 3}),
        ("terms", None),
        ("file", None),
        ("sha256", None),
        ("changes", None),
    ],
)
def test_a_saved_push_that_somebody_broke_is_refused(desk: Desk, place: Path, key: str, value: object) -> None:
    save(desk, place)
    told = json.loads(place.read_bytes())
    told[key] = value
    if value is None:
        del told[key]
    place.write_text(json.dumps(told))
    with pytest.raises(TinytownError, match="is no saved push") as caught:
        read_saved(place)
    assert caught.value.remedy == "Save one: tt sync push --out FILE"


def test_there_may_be_none(desk: Desk, place: Path) -> None:
    with pytest.raises(TinytownError, match=r"cannot read .*saved\.json: No such file or directory"):
        read_saved(place)
    with pytest.raises(TinytownError, match="cannot write"):
        save(desk, place.parent / "nowhere" / "saved.json")
