"""A board that saw every change is the same as a board loaded from scratch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conductor.actions import Action, Advance
from conductor.board import Board
from conductor.decide import decide
from tinytown.record import Held
from tinytown.states import TaskState
from tinytown.tasks import Priority, Task, When

MOST = 6
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
AGENTS = [UUID(int=1000 + n) for n in range(2)]


def uuid(number: int) -> UUID:
    return UUID(int=number + 1)


@dataclass(frozen=True)
class Seen:
    """What the board is told of one task."""

    task: int
    fields: Mapping[str, Any]
    with_text: bool


def definitions(number: int) -> st.SearchStrategy[dict[str, Any]]:
    """Who waits for whom: parents come before their children, and some are not there; needs may go round."""
    return st.fixed_dictionaries(
        {
            "plan_id": st.sampled_from([f"t{number}", f"t{number}", None]),
            "parent_id": st.sampled_from([None, None, uuid(77), *map(uuid, range(number))]),
            "needs": st.lists(st.sampled_from([f"t{n}" for n in range(MOST + 1)]), max_size=2).map(tuple),
            "group": st.booleans(),
            "agent": st.sampled_from([None, "w"]),
            "role": st.sampled_from([None, "r"]),
            "priority": st.sampled_from(list(Priority)),
            "order": st.integers(0, 2),
            "when": st.sampled_from([When.ALL_SUCCESS, *When]),
            "estimate": st.sampled_from([None, "1s", "1h", "nonsense"]),
            "approval": st.sampled_from([False, False, True]),
        }
    )


RUNTIMES = st.fixed_dictionaries(
    {
        "state": st.sampled_from(list(TaskState)),
        "assigned_to": st.sampled_from([None, *AGENTS]),
        "not_before": st.sampled_from([None, None, MOMENT, MOMENT + timedelta(days=9999)]),
        "attempt": st.integers(0, 2),
        "approved": st.booleans(),
        "skipped": st.booleans(),
    }
)


@st.composite
def seen(draw: st.DrawFn) -> Seen:
    number = draw(st.integers(0, MOST - 1))
    changes = {**draw(RUNTIMES)}
    if draw(st.integers(0, 4)) == 0:
        changes |= draw(definitions(number))
    return Seen(number, changes, draw(st.booleans()))


STARTS = st.tuples(*(st.tuples(definitions(n), RUNTIMES, st.booleans()) for n in range(MOST)))


def view(board: Board) -> dict[str, Any]:
    """Everything that a decision or an answer depends on."""
    return {
        "ready": {target: queue for target, queue in board.ready.items() if queue},
        "load": +board.load,
        "at work": board.at_work,
        "lost": board.lost,
        "delayed": board.delayed,
        "doomed": board.doomed,
        "groups": {key: board.groups.around(task) for key, task in board.tasks.items()},
        "unfinished": {key: board.groups.unfinished(key) for key in board.tasks},
        "bad": {key: board.groups.bad(key) for key in board.tasks},
        "below": {key: sorted(one.id for one in board.descendants(key)) for key in board.tasks},
        "found": {task.plan_id: board.find(task.plan_id) for task in board.tasks.values() if task.plan_id},
    }


def reloaded(board: Board) -> Board:
    fresh = Board()
    fresh.load_tasks({key: Held(task, "") for key, task in board.tasks.items()})
    return fresh


def settled(actions: list[Action]) -> list[tuple[UUID, str]]:
    """The groups that end."""
    return [(act.task.id, act.what) for act in actions if isinstance(act, Advance) and act.what != "started"]


def check(board: Board) -> None:
    """The same as a board loaded anew; whatever group ends is carried out, as the loop does."""
    fresh = reloaded(board)
    assert view(board) == view(fresh)
    assert set(board.doomed) <= {key for key, task in board.tasks.items() if task.state is TaskState.PENDING}
    assert not any(board.is_ready(board.tasks[key]) for key in board.doomed), "what is ready is not doomed"
    ends = decide(board, board.take_unsettled(), (), 0)
    assert settled(ends) == settled(decide(fresh, fresh.take_unsettled(), (), 0))
    for action in ends:
        if isinstance(action, Advance) and action.what != "started":
            board.see(action.task)
    if settled(ends):
        check(board)


Start = tuple[tuple[dict[str, Any], dict[str, Any], bool], ...]


def live(start: Start, changes: list[Seen]) -> None:
    """A board sees some tasks at once and the others, and all changes, one by one."""
    board = Board()
    there = {
        uuid(n): Task(id=uuid(n), description="d", created_at=MOMENT, **definition, **runtime)
        for n, (definition, runtime, loaded) in enumerate(start)
        if loaded
    }
    board.load_tasks({key: Held(task, "") for key, task in there.items()})
    check(board)
    for change in changes:
        key = uuid(change.task)
        base = board.tasks.get(key)
        if base is None:  # it is new: seen for the first time
            definition, runtime, _ = start[change.task]
            base = Task(id=key, description="d", created_at=MOMENT, **definition, **runtime)
        task = base.evolve(**change.fields)
        board.see(task, "text" if change.with_text else None)
        assert board.held(key) == (Held(task, "text") if change.with_text else None)
        check(board)


@given(STARTS, st.lists(seen(), max_size=12))
@settings(max_examples=500)
def test_a_board_that_saw_every_change_equals_one_loaded_anew(start: Start, changes: list[Seen]) -> None:
    live(start, changes)


@pytest.mark.soak
@pytest.mark.timeout(0)
@given(STARTS, st.lists(seen(), max_size=20))
@settings(max_examples=20_000)
def test_many_more_boards_equal_their_reload(start: Start, changes: list[Seen]) -> None:
    live(start, changes)
