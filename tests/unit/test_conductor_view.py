"""The live view: what is going on, and when it will be done."""

import io

import pytest
from rich.console import Console

from conductor.board import Board
from conductor.view import LiveView
from tests.boards import NOW, board, task, uid
from tests.towns import until
from tinytown.events import Event
from tinytown.states import TaskState


def footer(shown: Board, width: int, awaited: str) -> str:
    """The line of the progress once the screen says what is awaited, without colours."""
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=width, color_system=None)
    with LiveView(console, lambda: shown) as view:
        view(Event("task.started", NOW.isoformat(), task=str(uid("a")), plan_id="a", agent="w"))
        until(lambda: all(text in screen.getvalue() for text in ("1 running", awaited)), "the view was drawn")
    drawn = screen.getvalue().replace("\x1b[2K", "\n").splitlines()
    return [line.rstrip() for line in drawn if " done, 1 running" in line][-1]


@pytest.fixture
def shown() -> Board:
    tasks = [
        task("a", state=TaskState.RUNNING, assigned_to=uid("agent w")),
        task("b", "a", estimate="1h"),
        task("c", "b", approval=True),
    ]
    return board(tasks)


def test_the_footer_says_what_is_left(shown: Board) -> None:
    line = footer(shown, 120, "approval of c")
    assert "0 of 3 done, 1 running, " in line
    assert line.endswith("; about 1 h left, then waits for approval of c")


def test_on_a_narrow_terminal_it_stands_on_a_line_of_its_own(shown: Board) -> None:
    assert "left" not in footer(shown, 90, "then waits for approval of c")


def test_nothing_is_foretold_of_half_a_plan_or_of_none(shown: Board) -> None:
    shown.halted = True
    assert footer(shown, 120, "3 done").endswith(" s")
    assert footer(Board(), 120, "0 done").endswith(" s")


def test_a_note_or_an_edit_leaves_a_task_running(shown: Board) -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=120, color_system=None)
    with LiveView(console, lambda: shown) as view:
        for kind in ("task.started", "task.noted", "task.updated"):
            view(Event(kind, NOW.isoformat(), task=str(uid("a")), plan_id="a", agent="w"))
        seen = len(screen.getvalue())
        until(lambda: "done, " in screen.getvalue()[seen:], "the view was drawn")
        assert "1 running" in screen.getvalue()[seen:]
