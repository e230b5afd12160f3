"""Tasks that are in no plan, and what waits for them, as the conductor judges."""

from uuid import UUID

from conductor.eta import forecast
from conductor.hear import hear
from conductor.policy import Policy
from tests.boards import NOW, agent, board, decisions, task
from tinytown.durations import GUESS
from tinytown.events import task_event
from tinytown.record import Held
from tinytown.states import TaskState
from tinytown.tasks import Task

LOOSE = Task.new("loose", id=UUID(int=7), agent="w")


def test_one_that_is_in_no_plan_is_waited_for_by_its_own_id() -> None:
    waits = task("waits", str(LOOSE.id))
    shown = board([LOOSE, waits])
    assert decisions(shown) == [f"{LOOSE.label} to w"]
    assert [(name, other and other.id) for name, other in shown.before.unmet(waits)] == [(LOOSE.label, LOOSE.id)]
    shown.see(LOOSE.evolve(state=TaskState.COMPLETED))
    assert decisions(shown) == ["waits to w"]


def test_it_is_found_still_when_the_plan_has_taken_it_up() -> None:
    shown = board([LOOSE.evolve(plan_id="task-1", state=TaskState.COMPLETED), task("waits", str(LOOSE.id))])
    assert decisions(shown) == ["waits to w"]


def test_what_waits_for_one_that_failed_is_doomed() -> None:
    waits = task("waits", str(LOOSE.id))
    shown = board([LOOSE.evolve(state=TaskState.FAILED), waits])
    assert shown.doomed == {waits.id}


def test_one_that_comes_later_is_heard_of() -> None:
    shown = board([LOOSE])
    waits = Task.new("waits", agent="w", needs=(str(LOOSE.id),))
    assert hear(shown, [task_event("created", waits)]).tasks == {waits.id}
    held = Held.of(waits)
    shown.see(held.value, held.text)
    shown.see(LOOSE.evolve(state=TaskState.COMPLETED))
    assert decisions(shown) == [f"{waits.label} to w"]


def test_one_that_was_deleted_has_everything_read_again() -> None:
    assert hear(board([LOOSE]), [task_event("deleted", LOOSE)]).plan


def test_a_note_or_an_edit_has_the_task_read_again() -> None:
    for what in ("noted", "updated"):
        assert hear(board([LOOSE]), [task_event(what, LOOSE)]).tasks == {LOOSE.id}


def test_the_forecast_knows_who_waits_for_it() -> None:
    crew = [agent("w")]
    alone = forecast([LOOSE], crew, Policy(), NOW)
    both = forecast([LOOSE, task("waits", str(LOOSE.id))], crew, Policy(), NOW)
    assert alone is not None
    assert both is not None
    assert (both.seconds, both.tasks, alone.seconds) == (2 * GUESS, 2, GUESS)
