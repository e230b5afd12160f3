"""What builds on a task, and what becomes of it when a person wants that one run again, called off or skipped."""

import pytest

from tests.boards import agent, group, task, uid
from tinytown.cancel import cancel
from tinytown.change import Change
from tinytown.downstream import below, circle, downstream
from tinytown.errors import UnlawfulMoveError
from tinytown.needs import by_name
from tinytown.rerun import rerun
from tinytown.skip import skip
from tinytown.states import TaskState
from tinytown.tasks import Task

DONE, LOST, OFF, RUNS = TaskState.COMPLETED, TaskState.FAILED, TaskState.CANCELLED, TaskState.RUNNING


def plan(**states: TaskState) -> dict[str, Task]:
    """A → suite (one, two → three) → ship; `docs` stands alone; `child` waits for its parent `one`."""
    tasks = [
        task("a"),
        group("suite", "a"),
        task("one", parent="suite"),
        task("child", parent="one"),
        task("two", parent="suite"),
        task("three", "two", parent="suite"),
        task("ship", "suite"),
        task("docs"),
    ]
    return {one.label: one.evolve(state=states.get(one.label, one.state)) for one in tasks}


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        ("a", {"suite": True, "one": True, "child": True, "two": True, "three": True, "ship": True}),
        ("one", {"suite": False, "child": True, "ship": True}),
        ("two", {"suite": False, "three": True, "ship": True}),
        ("suite", {"ship": True}),
        ("ship", {}),
        ("docs", {}),
    ],
)
def test_what_builds_on_it_and_whether_its_start_does(root: str, expected: dict[str, bool]) -> None:
    tasks = {one.id: one for one in plan().values()}
    found = downstream(tasks, [uid(root)])
    assert {tasks[key].label: begins for key, begins in found.items()} == expected


def test_what_lies_below() -> None:
    tasks = {one.id: one for one in plan().values()}
    assert [tasks[key].label for key in below(tasks, uid("suite"))] == ["one", "child", "two", "three"]
    assert below(tasks, uid("ship")) == []


def test_a_long_chain_costs_no_depth() -> None:
    chain = [task(f"t{n}", *([f"t{n - 1}"] if n else [])) for n in range(5000)]
    tasks = {one.id: one for one in chain}
    assert len(downstream(tasks, [uid("t0")])) == 4999


def changed(changes: list[Change]) -> dict[str, str]:
    return {change.before.label: change.after.state.value for change in changes}


def again(tasks: dict[str, Task], root: str, *, onward: bool = False) -> dict[str, str]:
    return changed(rerun({one.id: one for one in tasks.values()}, tasks[root], "why", onward=onward))


def test_what_failed_runs_again_alone_or_with_what_began_behind_it() -> None:
    tasks = plan(a=DONE, suite=RUNS, one=LOST, child=OFF, two=DONE, three=RUNS)
    assert again(tasks, "one") == {"one": "pending"}
    assert again(tasks, "one", onward=True) == {"one": "pending", "child": "pending"}
    assert again(tasks, "a", onward=True) == dict.fromkeys(
        ["a", "suite", "one", "child", "two", "three"], "pending"
    )


def test_of_a_group_that_failed_only_what_failed_runs_again() -> None:
    tasks = plan(a=DONE, suite=LOST, one=LOST, child=OFF, two=DONE, three=DONE)
    assert again(tasks, "suite") == {"suite": "pending", "one": "pending", "child": "pending"}


def test_of_a_group_that_completed_all_runs_again() -> None:
    tasks = plan(a=DONE, suite=DONE, one=DONE, child=DONE, two=DONE, three=DONE, ship=DONE)
    assert again(tasks, "suite") == dict.fromkeys(["suite", "one", "child", "two", "three"], "pending")
    assert again(tasks, "suite", onward=True)["ship"] == "pending"


def test_an_open_group_stays_open_when_only_its_end_waits() -> None:
    assert "suite" not in again(plan(a=DONE, suite=RUNS, one=DONE, child=RUNS), "one", onward=True)


def test_work_that_is_thrown_away_is_known() -> None:
    tasks = plan(a=DONE, suite=RUNS, one=LOST, two=RUNS)
    changes = rerun({one.id: one for one in tasks.values()}, tasks["a"], "why", onward=True)
    assert {change.before.label for change in changes if change.undoes} == {"a", "suite", "two"}
    skipped = tasks["docs"].pass_over("not today")
    assert not Change(skipped, skipped.rerun(), "requeued", "why").undoes


def test_a_running_task_is_not_begun_anew() -> None:
    held = task("a", state=RUNS, assigned_to=agent("w").id)
    with pytest.raises(UnlawfulMoveError, match="it runs already"):
        rerun({held.id: held}, held, "why", onward=False)


def test_a_group_is_called_off_with_its_tasks_and_what_has_ended_stays() -> None:
    tasks = plan(a=DONE, suite=RUNS, one=DONE)
    everything = {one.id: one for one in tasks.values()}
    alone = cancel(everything, tasks["suite"], "why", onward=False)
    assert changed(alone) == dict.fromkeys(["suite", "child", "two", "three"], "cancelled")
    assert changed(cancel(everything, tasks["suite"], "why", onward=True))["ship"] == "cancelled"
    assert not {change.before.label for change in cancel(everything, tasks["two"], "why", onward=True)} & {"suite"}
    with pytest.raises(UnlawfulMoveError, match="nothing to call off"):
        cancel(everything, tasks["a"], "why", onward=False)


def test_a_group_is_skipped_with_its_tasks() -> None:
    tasks = plan(a=DONE, suite=RUNS, one=LOST, two=DONE)
    changes = skip({one.id: one for one in tasks.values()}, tasks["suite"], "why")
    assert changed(changes) == dict.fromkeys(["suite", "one", "child", "three"], "completed")
    assert all(change.after.skipped and change.after.result == "why" for change in changes)
    with pytest.raises(UnlawfulMoveError, match="nothing to skip"):
        skip({one.id: one for one in tasks.values()}, tasks["two"], "why")


def test_a_circle_is_told_from_the_task_to_the_task() -> None:
    tasks = {one.id: one for one in plan().values()}
    names = {key: one.label for key, one in tasks.items()}
    assert all(circle(tasks, key) == [] for key in tasks)
    closed = {**tasks, uid("a"): task("a", "three")}
    assert [names[key] for key in circle(closed, uid("a"))] == ["a", "suite", "three", "a"]
    within = {**tasks, uid("docs"): task("docs", "ship", parent="suite")}
    assert [names[key] for key in circle(within, uid("docs"))] == ["docs", "suite", "ship", "docs"]


def test_one_that_is_in_no_plan_is_needed_by_its_own_id() -> None:
    loose = Task.new("loose")
    waits = task("waits", str(loose.id))
    tasks = {one.id: one for one in (loose, waits)}
    assert by_name(tasks) == {"waits": waits.id, str(loose.id): loose.id}
    assert downstream(tasks, [loose.id]) == {waits.id: True}
    taken_up = {**tasks, loose.id: loose.evolve(plan_id="task-1")}
    assert downstream(taken_up, [loose.id]) == {waits.id: True}
