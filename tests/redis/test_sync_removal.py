"""What leaves the file: what never started goes, what has run stays until it is pruned, and nothing runs again."""

from collections.abc import Callable

import pytest

from planner.sync.refusals import SyncConflictError, UnconfirmedError
from tests.desk import Desk
from tinytown.errors import StaleError
from tinytown.states import TaskState
from tinytown.tasks import Task

ONE = '[[tasks]]\nid = "one"\ndescription = "First"\n'
TWO = '[[tasks]]\nid = "two"\ndescription = "Second"\nneeds = ["one"]\n'
EPIC = '[[tasks]]\nid = "epic"\ndescription = "All"\n[[tasks]]\nid = "member"\nrun = "x"\nparent = "epic"\n'


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Two tasks, pushed."""
    desk.write(ONE + TWO)
    desk.push()
    return desk


def kept(desk: Desk, **terms: bool) -> list[tuple[str | None, str]]:
    """What a push of the file on these terms would leave in Redis, and why."""
    return [(change.id, change.reason) for change in desk.push(dry_run=True, **terms).changes.kept]


def test_what_never_started_goes_after_confirmation(desk: Desk) -> None:
    desk.write(ONE)
    before = desk.dump()
    with pytest.raises(UnconfirmedError, match="this would delete 1 task; nothing was written"):
        desk.push(agree=False)
    assert desk.dump() == before
    assert [change.id for change in desk.push().changes.delete] == ["two"]
    assert desk.states == {"one": "pending"}
    assert desk.tombs == set()
    assert desk.told[-2:] == ["task.deleted two", "plan.pushed"]
    desk.settled()


def test_what_never_started_comes_back_as_new(desk: Desk) -> None:
    own = desk.task("two").id
    desk.write(ONE)
    desk.push()
    desk.write(ONE + TWO)
    desk.push()
    assert (desk.task("two").id, desk.task("two").state) == (own, TaskState.PENDING)
    desk.settled()


@pytest.mark.parametrize(
    ("moves", "reason"),
    [
        ([lambda task: task.complete("ok")], "it is completed"),
        ([lambda task: task.fail("no")], "it is failed"),
        ([lambda task: task.cancel("no")], "it is cancelled"),
        ([lambda task: task.assign(task.id)], "it is assigned"),
        ([lambda task: task.assign(task.id), lambda task: task.start()], "it is running"),
    ],
)
def test_what_has_run_stays_and_is_reported(desk: Desk, moves: list[Callable[[Task], Task]], reason: str) -> None:
    desk.change("two", *moves)
    desk.write(ONE)
    before = desk.dump()
    assert kept(desk) == [("two", reason)]
    assert not desk.push().written
    assert desk.dump() == before


def test_a_task_that_waits_for_its_next_attempt_does_not_run_on_without_the_plan(desk: Desk) -> None:
    desk.change("two", lambda task: task.assign(task.id), lambda task: task.requeue())
    desk.write(ONE)
    assert [(change.id, change.note) for change in desk.differences().delete] == [("two", "it has been tried")]
    assert desk.push().written
    assert "two" not in desk.tasks
    desk.settled()


def test_what_was_changed_in_redis_is_no_victim(desk: Desk) -> None:
    desk.change("two", lambda task: task.evolve(description="theirs"))
    desk.write(ONE)
    before = desk.dump()
    for prune in (False, True):
        with pytest.raises(SyncConflictError, match='task "two": taken out of the file, and changed in Redis'):
            desk.push(prune=prune)
    assert desk.dump() == before
    desk.push(force=True)
    assert desk.states == {"one": "pending"}


def test_pruning_leaves_a_tombstone_for_what_was_completed_only(desk: Desk) -> None:
    desk.write(ONE + TWO + '[[tasks]]\nid = "three"\ndescription = "Third"\n')
    desk.push()
    desk.complete("one")
    desk.change("two", lambda task: task.fail("no"))
    desk.change("three", lambda task: task.cancel("no"))
    desk.write("")
    with pytest.raises(UnconfirmedError, match="this would delete 3 tasks;"):
        desk.push(agree=False, prune=True)
    assert desk.push(prune=True).written
    assert (desk.states, desk.tombs) == ({}, {"one"})
    assert desk.told[-4:] == ["task.deleted one", "task.deleted two", "task.deleted three", "plan.pushed"]
    desk.settled()


@pytest.mark.parametrize("status", ["", "pending", "completed", "failed", "cancelled", "running", "assigned"])
def test_what_was_completed_comes_back_completed(desk: Desk, status: str) -> None:
    done = desk.complete("one", "the result").value
    desk.write("")
    desk.push(prune=True)
    line = f'status = "{status}"\n' if status else ""
    desk.write(ONE.replace("First", "Anew") + line)
    [created] = desk.push(agree=False).changes.create  # there is nothing to agree to
    assert created.note == "it has been completed before, and does not run again"
    back = desk.task("one")
    assert (back.state, back.result, back.completed_at) == (TaskState.COMPLETED, "the result", done.completed_at)
    assert (back.id, back.attempt, back.description) == (done.id, done.attempt, "Anew")
    assert desk.tombs == set()
    assert "task.requeued one" not in desk.told
    # Only what the file says of its past is corrected, and an unchanged file never is an intent.
    assert not desk.push(agree=False).written
    desk.pull()
    assert desk.text == (ONE.replace("First", "Anew") + ('status = "completed"\n' if status else ""))
    desk.settled()


def test_what_came_back_runs_again_only_if_somebody_says_so(desk: Desk) -> None:
    desk.complete("one")
    desk.write("")
    desk.push(prune=True)
    desk.write(ONE + 'status = "pending"\n')
    desk.push(agree=False)
    desk.pull()
    desk.edit('"completed"', '"pending"')
    with pytest.raises(UnconfirmedError, match="reset 1 finished task;"):
        desk.push(agree=False)
    desk.push()
    assert desk.states == {"one": "pending"}


def test_a_second_prune_remembers_again(desk: Desk) -> None:
    desk.complete("one")
    for _ in range(3):
        desk.write("")
        desk.push(prune=True)
        assert (desk.states.get("one"), "one" in desk.tombs) == (None, True)
        desk.write(ONE)
        desk.push()
        assert (desk.states["one"], desk.tombs) == ("completed", set())
    assert desk.task("one").result == "ok"


def test_it_comes_back_under_its_own_id_so_that_its_children_find_it(desk: Desk) -> None:
    renamed = ONE.replace('"one"', '"uno"\nwas = "one"') + 'agent = "me"\n'
    desk.write(renamed + '[[tasks]]\nid = "child"\nrun = "x"\nparent = "uno"\n')
    desk.push()
    own = desk.complete("uno").value.id
    desk.run("child")
    whole = desk.text
    desk.write("")
    desk.push(prune=True)
    assert desk.states == {"child": "running"}
    desk.write(whole)
    desk.push(agree=False)
    assert (desk.task("uno").id, desk.task("child").parent_id, desk.states["uno"]) == (own, own, "completed")
    desk.pull()
    desk.settled()


def test_a_long_result_is_cut_on_the_tombstone(desk: Desk) -> None:
    desk.complete("one", "x" * 5000)
    desk.write("")
    desk.push(prune=True)
    desk.write(ONE)
    desk.push()
    assert desk.task("one").result == "x" * 1000


def test_what_failed_and_was_pruned_comes_back_as_the_file_says(desk: Desk) -> None:
    desk.change("one", lambda task: task.fail("no"))
    desk.write("")
    desk.push(prune=True)
    desk.write(ONE)
    desk.push()
    assert (desk.states, desk.task("one").result) == ({"one": "pending"}, None)


def test_a_running_task_is_pruned_only_if_it_may_be_cancelled(desk: Desk) -> None:
    theirs = desk.run("one")
    desk.change("two", lambda task: task.fail("no"))
    desk.write("")
    assert kept(desk, prune=True) == [("one", "it is running; --cancel-running takes it from its agent")]
    desk.push(prune=True)
    assert desk.states == {"one": "running"}
    desk.push(prune=True, cancel_running=True)
    assert (desk.states, desk.tombs) == ({}, set())
    assert desk.told[-3:] == ["task.cancelled one", "task.deleted one", "plan.pushed"]
    # The agent that still works on it is refused, whatever it reports.
    after = desk.dump()
    with pytest.raises(StaleError):
        desk.ledger.change(theirs, theirs.value.complete("late"), "completed")
    assert desk.dump() == after
    desk.settled()


def test_a_late_report_is_refused_though_the_task_came_back(desk: Desk) -> None:
    theirs = desk.run("one")
    desk.write("")
    desk.push(prune=True, cancel_running=True)
    desk.write(ONE)
    desk.push()
    with pytest.raises(StaleError):
        desk.ledger.change(theirs, theirs.value.complete("late"), "completed")
    assert desk.states["one"] == "pending"


def test_a_running_group_is_nobodys_work(desk: Desk) -> None:
    desk.write(EPIC)
    desk.push()
    desk.change("epic", lambda task: task.start())
    desk.write("")
    assert kept(desk, prune=True) == []
    desk.push(prune=True)
    assert desk.states == {}


def test_only_what_is_meant_is_pruned(desk: Desk) -> None:
    desk.complete("one")
    desk.complete("two")
    desk.write("")
    desk.push(prune=True, only=("two",))
    assert (desk.states, desk.tombs) == ({"one": "completed"}, {"two"})


def test_a_task_of_nobodys_plan_is_never_pruned(desk: Desk) -> None:
    desk.ledger.change(desk.held("one"), desk.task("one").evolve(plan_id="other"), "updated")
    desk.store.connection.run("HDEL", desk.store.keys.plan, "one")
    desk.write("")
    assert kept(desk, prune=True) == [("other", "it was never in this file")]
    desk.push(prune=True)
    assert desk.states == {"other": "pending"}


def test_a_child_whose_parent_was_pruned_may_go_too(desk: Desk) -> None:
    parent = ONE + 'agent = "me"\n'
    desk.write(parent + '[[tasks]]\nid = "low"\ndescription = "d"\nparent = "one"\n')
    desk.push()
    desk.complete("one")
    desk.write("")
    desk.push(prune=True, only=("one",))
    assert desk.states == {"low": "pending"}
    desk.push()
    assert desk.states == {}
