"""A pull changes the bytes of the statuses and no others, in whatever way the file is written."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from tests.desk import Desk
from tinytown.states import TaskState

CORPUS = sorted((Path(__file__).parents[1] / "plans_corpus").glob("*.toml"))
WRITTEN = rb"status[ \t]*=[ \t]*(\"[a-z]*\"|'[a-z]*')"
ADDED = rb'[ \t]*status = "(completed|failed|running)"\r?'


@pytest.fixture(params=CORPUS, ids=lambda path: path.stem)
def desk(desk: Desk, request: pytest.FixtureRequest) -> Desk:
    """One of the files, pushed."""
    desk.path.write_bytes(request.param.read_bytes())
    desk.push()
    return desk


def neutral(line: bytes) -> bytes:
    """A line without what it says of statuses."""
    return re.sub(WRITTEN, b"status = ?", re.sub(rb', status = "[a-z]*"', b"", line)).rstrip(b"\r")


def foreign(before: bytes, after: bytes) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """Where two versions of a file differ in more than statuses."""
    old, new = before.split(b"\n"), after.split(b"\n")
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        rest = [line for line in new[k:m] if not re.fullmatch(ADDED, line)]
        if what != "equal" and list(map(neutral, old[i:j])) != list(map(neutral, rest)):
            yield old[i:j], new[k:m]


def test_pull_after_push_changes_no_byte(desk: Desk) -> None:
    before = desk.path.read_bytes()
    desk.pull()
    assert desk.path.read_bytes() == before
    desk.settled()


@pytest.mark.parametrize("step", [1, 2, 3])
def test_only_statuses_change(desk: Desk, step: int) -> None:
    before, values = desk.path.read_bytes(), desk.plan.document.values
    chosen = [entry.id for entry in desk.plan.entries][::step]
    for name in chosen:
        if desk.task(name).state is not TaskState.PENDING:
            desk.change(name, lambda task: task.rerun())
        desk.run(name)
    desk.pull()
    assert list(foreign(before, desk.path.read_bytes())) == []
    for number, name in enumerate(chosen):
        if number % 2:
            desk.complete(name)
        else:
            desk.change(name, lambda task: task.fail("no"))
    desk.pull()
    after = desk.path.read_bytes()
    assert list(foreign(before, after)) == []
    assert (b"\r\n" in after, after.endswith(b"\n"), after[:3]) == (
        *(b"\r\n" in before, before.endswith(b"\n"), before[:3]),
    ) or not chosen
    for entry in values.get("tasks", []):
        if entry["id"] in chosen:
            entry["status"] = "completed" if chosen.index(entry["id"]) % 2 else "failed"
    assert desk.plan.document.values == values
    desk.settled()


def test_the_check_can_tell() -> None:
    assert list(foreign(b"a\nb = 1\n", b"a\nb = 2\n")) == [([b"b = 1"], [b"b = 2"])]
    assert list(foreign(b"a # c\n", b'a # c\nstatus = "failed"\n')) == []
    assert list(foreign(b"a # c\n", b'a\nstatus = "failed"\n')) == [([b"a # c"], [b"a", b'status = "failed"'])]
