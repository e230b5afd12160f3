"""A push in several pieces, cut off anywhere: half a plan releases nothing, and the next push does the rest."""

from collections.abc import Callable
from contextlib import suppress
from threading import Barrier, Thread
from typing import Any

import pytest

from conductor.board import Board
from conductor.decide import decide
from conductor.readiness import UNFINISHED_PUSH, reasons
from planner.read import require_plan
from planner.sync import pieces
from planner.sync.changes import Changes
from planner.sync.compare import compare
from planner.sync.push import Terms, push
from planner.sync.refusals import SyncConflictError
from planner.sync.store import Store
from planner.sync.told import changes_text
from tests.desk import Desk, yes
from tests.interrupted import DiesError, Interrupted, dies
from tinytown.clock import now
from tinytown.connection import Connection
from tinytown.errors import StaleError
from tinytown.keys import PUSHING
from tinytown.states import TaskState
from tinytown.transaction import Transaction


def entry(name: str, *lines: str) -> str:
    return "\n".join(["[[tasks]]", f'id = "{name}"', f'description = "{name}"', 'agent = "me"', *lines, ""])


BEFORE = "".join(
    [
        entry("keep"),
        entry("gate"),
        entry("guarded", 'needs = ["gate"]'),
        entry("done", 'status = "completed"'),
        entry("leaves"),
        entry("old"),
        entry("below", 'parent = "old"'),
        entry("past", 'status = "completed"'),
    ]
)
AFTER = "".join(
    [
        entry("first"),
        entry("keep", 'tags = ["x"]'),
        entry("gate"),
        entry("guarded", 'needs = ["check", "gate"]'),
        entry("done", 'status = "pending"', 'needs = ["gate"]'),
        entry("check", 'needs = ["gate"]'),
        entry("new", 'was = "old"', 'needs = ["gate"]'),
        entry("below", 'parent = "new"'),
    ]
)
PRUNE = Terms(prune=True)
COMMITS = 8
"""The mark, six pieces, the end."""


@pytest.fixture
def desk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A plan as pushed before, and the file as it is to be pushed, two tasks at a time."""
    desk.write(BEFORE)
    desk.push()
    desk.write(AFTER)
    monkeypatch.setattr(pieces, "PIECE", 2)
    return desk


def interrupted(desk: Desk, at: int, act: Callable[[], object], *, after: bool = False) -> Store:
    """The town's plan over a connection on which something happens."""
    connection = Interrupted(desk.store.connection.address, at, act, after=after)
    return Store(connection, desk.store.keys, desk.store.town)


def cut_off(desk: Desk, at: int, *, after: bool) -> None:
    store = interrupted(desk, at, dies, after=after)
    with pytest.raises(DiesError):
        push(store, desk.plan, PRUNE, confirm=yes)
    store.connection.close()


def board_of(desk: Desk) -> Board:
    """What a conductor sees that starts now."""
    board = Board()
    board.halted = PUSHING in desk.notes
    board.load_tasks(desk.ledger.all())
    return board


def outcome(desk: Desk) -> dict[str, Any]:
    """The planned tasks but for the moments, and what is remembered of the plan but for how often it was pushed."""
    moments = {"created_at", "updated_at", "completed_at", "started_at"}
    notes = {name: text for name, text in desk.notes.items() if name != ":generation"}
    tasks = {name: task.model_dump(exclude=moments) for name, task in desk.tasks.items()}
    return {"tasks": tasks, "notes": {**notes, ":gone:past": ":gone:past" in notes}}


@pytest.fixture
def whole(connection: Connection, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What comes of the push if nothing cuts it off."""
    desk.push(prune=True)
    found = outcome(desk)
    connection.run("FLUSHALL")
    desk.write(BEFORE)
    with monkeypatch.context() as patch:
        patch.setattr(pieces, "PIECE", 4000)
        desk.push()
    desk.write(AFTER)
    return found


def test_a_large_push_goes_in_pieces(desk: Desk) -> None:
    told: list[tuple[int, int]] = []
    pushed = push(desk.store, desk.plan, PRUNE, confirm=yes, tell=lambda *far: told.append(far))
    assert told == [(done, 11) for done in (0, 2, 4, 6, 8, 10, 11)]
    assert (pushed.written, pushed.generation, PUSHING in desk.notes) == (True, 3, False)
    assert [line for line in desk.told if line.startswith("plan.")] == [
        "plan.pushed",
        "plan.pushing",
        "plan.pushed",
    ]
    desk.settled()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(1, COMMITS + 1))
def test_cut_off_anywhere(desk: Desk, whole: dict[str, Any], at: int, after: bool) -> None:  # noqa: FBT001  a parameter
    before = desk.dump()
    cut_off(desk, at, after=after)
    board = board_of(desk)
    if (at, after) == (1, False):
        assert desk.dump() == before
    elif (at, after) == (COMMITS, True):
        assert not board.halted
    else:
        assert board.halted
        assert decide(board, board.take_unsettled(), frozenset(), 100) == []
        pending = [task for task in desk.tasks.values() if task.state is TaskState.PENDING]
        for task in pending:
            told = [reason.message for reason in reasons(board, task, now(), conducted=True)]
            assert UNFINISHED_PUSH in told
        found = desk.differences()
        assert found.unfinished
        assert "tasks.toml: a large push was cut off; the next one completes it" in changes_text(
            found, "tasks.toml"
        )
        assert desk.push(dry_run=True, prune=True).changes.unfinished
    desk.push(prune=True)
    assert outcome(desk) == whole
    desk.settled()


@pytest.mark.parametrize("at", range(2, COMMITS + 1))
def test_the_next_push_may_be_of_another_file(desk: Desk, at: int) -> None:
    cut_off(desk, at, after=False)
    desk.write(BEFORE.replace('"keep"', '"kept"').replace('id = "kept"', 'id = "kept"\nwas = "keep"'))
    with suppress(SyncConflictError):  # only where a half-done rename is taken back, and then nothing is written
        desk.push(prune=True)
    desk.push(prune=True, force=True)
    assert set(desk.tasks) == {"kept", "gate", "guarded", "done", "leaves", "old", "below", "past"}
    assert desk.states["past"] == "completed"
    assert PUSHING not in desk.notes
    desk.pull()
    desk.settled()


def test_a_push_without_pruning_completes_it_too(desk: Desk) -> None:
    cut_off(desk, 3, after=False)
    desk.push()
    assert desk.states["past"] == "completed"
    assert PUSHING not in desk.notes


def test_only_some_tasks_do_not_complete_it(desk: Desk) -> None:
    cut_off(desk, 3, after=False)
    desk.push(only=("keep",))
    assert desk.task("keep").tags == ("x",)
    assert PUSHING in desk.notes
    assert desk.push(dry_run=True, only=("keep",)).changes.empty
    desk.push(prune=True)
    desk.settled()


def test_many_tasks_that_are_named_go_in_pieces_and_leave_no_mark(desk: Desk) -> None:
    names = ("first", "keep", "guarded", "check", "new", "below")
    done = desk.push(only=names)
    assert done.written
    assert "plan.pushing" in desk.told
    assert PUSHING not in desk.notes
    desk.push(prune=True)
    desk.settled()


def test_many_tasks_that_are_named_leave_the_mark_of_another_push(desk: Desk) -> None:
    cut_off(desk, 2, after=False)
    desk.push(only=("first", "keep", "guarded", "check", "new", "below"))
    assert PUSHING in desk.notes
    desk.push(prune=True)
    assert PUSHING not in desk.notes
    desk.settled()


def test_a_pull_of_half_a_push_takes_nothing_back(desk: Desk) -> None:
    cut_off(desk, 4, after=False)
    desk.pull()
    assert desk.text == AFTER
    desk.push(prune=True)
    desk.settled()


def test_a_child_that_was_written_before_its_parent_keeps_it(desk: Desk) -> None:
    desk.write(entry("low", 'parent = "high"') + entry("one") + entry("two") + entry("high"))
    cut_off(desk, 2, after=True)
    assert "high" not in desk.tasks
    before = desk.text
    desk.pull()
    assert desk.text == before
    desk.edit('"high"\n[[', '"one"\n[[')
    desk.push(prune=True)
    assert desk.task("low").parent_id == desk.task("one").id
    desk.settled()


@pytest.mark.parametrize("at", range(1, COMMITS + 1))
def test_another_push_in_between_converges(desk: Desk, whole: dict[str, Any], at: int) -> None:
    store = interrupted(desk, at, lambda: desk.push(prune=True))
    push(store, desk.plan, PRUNE, confirm=yes)
    store.connection.close()
    assert outcome(desk) == whole
    desk.settled()


@pytest.mark.parametrize("at", range(1, COMMITS + 1))
def test_an_agent_in_between_loses_nothing(desk: Desk, at: int) -> None:
    desk.run("keep")
    store = interrupted(desk, at, lambda: desk.complete("keep"))
    push(store, desk.plan, PRUNE, confirm=yes)
    store.connection.close()
    keep = desk.task("keep")
    assert (keep.state, keep.result, keep.tags) == (TaskState.COMPLETED, "ok", ("x",))
    desk.pull()
    desk.settled()


def test_pushers_at_once_converge(desk: Desk, whole: dict[str, Any]) -> None:
    barrier, failures = Barrier(3), list[BaseException]()

    def go() -> None:
        store = interrupted(desk, 0, dies)
        barrier.wait()
        try:
            push(store, desk.plan, PRUNE, confirm=yes)
        except StaleError as error:
            failures.append(error)
        finally:
            store.connection.close()

    threads = [Thread(target=go) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failures) < len(threads)
    assert outcome(desk) == whole
    desk.settled()


def test_whoever_reads_in_between_sees_no_conflict(desk: Desk) -> None:
    """With the notes from before a piece and the tasks from after it, both would look like edits."""
    desk.write("".join(entry(f"t{number}") for number in range(9)))
    found: list[Changes] = []
    commit = Transaction.commit
    with pytest.MonkeyPatch.context() as patch:

        def look(transaction: Transaction, connection: Connection) -> None:
            """Somebody reads, and between the notes and the tasks this piece is written."""
            between = Interrupted(
                desk.store.connection.address, 1, lambda: commit(transaction, connection), kind="SMEMBERS"
            )
            known = Store(between, desk.store.keys, desk.store.town).read().known
            between.close()
            found.append(compare(require_plan(desk.text.replace('"me"', '"you"').encode()), known))

        patch.setattr(Transaction, "commit", look)
        desk.push(prune=True, force=True)
    assert len(found) == 1 + 9 + 1
    assert [changes.conflicts for changes in found] == [()] * len(found)
