"""A task that was renamed again after a push ran a second time: `was` still said how it was called at first."""

import pytest

from tests.desk import Desk
from tinytown.states import TaskState

FIRST = '[[tasks]]\nid = "k"\nrun = "echo ran"\n'
SECOND = '[[tasks]]\nid = "k4"\nwas = "k"\nrun = "echo ran"\n'
THIRD = '[[tasks]]\nid = "k5"\nwas = "k"\nrun = "echo ran"\n'


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """One completed task, renamed and pushed."""
    desk.write(FIRST)
    desk.push()
    desk.run("k")
    desk.complete("k")
    desk.write(SECOND)
    desk.push()
    return desk


def test_it_stays_the_same_task(desk: Desk) -> None:
    before = desk.task("k4")
    desk.write(THIRD)
    done = desk.push(agree=False)
    assert [(c.id, c.field, c.live, c.file) for c in done.changes.update] == [("k5", "id", "k4", "k5")]
    assert (done.changes.create, done.changes.delete, done.changes.kept) == ((), (), ())
    assert {name: (task.id, task.state) for name, task in desk.tasks.items()} == {
        "k5": (before.id, TaskState.COMPLETED)
    }
    assert not desk.push(agree=False).written


def test_it_stays_the_same_task_while_it_runs_and_after_a_pull(desk: Desk) -> None:
    desk.change("k4", lambda task: task.rerun(), lambda task: task.assign(task.id), lambda task: task.start())
    desk.write(THIRD)
    desk.pull()
    desk.push(agree=False)
    assert desk.states == {"k5": "running"}
    assert not desk.push(agree=False).written


def test_a_new_task_may_take_the_name_in_between(desk: Desk) -> None:
    before = desk.task("k4")
    desk.write(THIRD + '\n[[tasks]]\nid = "k4"\nrun = "echo new"\n')
    done = desk.push(agree=False)
    assert [change.id for change in done.changes.create] == ["k4"]
    assert desk.states == {"k5": "completed", "k4": "pending"}
    assert (desk.task("k5").id, desk.task("k4").run) == (before.id, "echo new")
    assert not desk.push(agree=False).written


def test_who_needs_the_name_in_between_means_the_new_task(desk: Desk) -> None:
    waits = '\n[[tasks]]\nid = "after"\nrun = "true"\nneeds = ["k4"]\n'
    desk.write(SECOND + waits)
    desk.push()
    desk.write(THIRD + '\n[[tasks]]\nid = "k4"\nrun = "echo new"\n' + waits)
    desk.push(agree=False)
    assert desk.task("after").needs == ("k4",)
    assert desk.states == {"k5": "completed", "k4": "pending", "after": "pending"}
    assert not desk.push(agree=False).written
