"""What the plan as a whole allows: limits, stopping after a failure, approval."""

from typing import Any

import pytest

from conductor.board import Board
from conductor.outcomes import MEMBERS_FAILED
from conductor.policy import Policy
from conductor.queues import UNAPPROVED
from conductor.readiness import reasons
from conductor.team import Hiring, missing, orphans
from tests.boards import NOW, agent, board, decisions, group, see, task, uid
from tinytown.agents import Agent
from tinytown.states import TaskState
from tinytown.tasks import Priority, Task

DONE, LOST, OPEN, PENDING = TaskState.COMPLETED, TaskState.FAILED, TaskState.RUNNING, TaskState.PENDING
OFF = TaskState.CANCELLED
CREW = [agent("x"), agent("y"), agent("z")]


def under(policy: Policy, tasks: list[Task], crew: list[Agent] | None = None) -> Board:
    shown = board(tasks, CREW if crew is None else crew)
    shown.policy = policy
    return shown


def why(shown: Board, name: str) -> list[dict[str, Any]]:
    return [reason.as_dict() for reason in reasons(shown, shown.tasks[uid(name)], NOW, conducted=True)]


def test_no_more_are_at_work_than_the_plan_allows_and_the_best_go_first_whoever_does_them() -> None:
    tasks = [
        task("a", agent="x"),
        task("b", agent="y", priority=Priority.HIGH),
        task("c", agent="z"),
        task("after c", "c", agent="z"),
    ]
    shown = under(Policy(max_parallel=2), tasks)
    assert decisions(shown) == ["b to y", "c to z"]
    see(shown, "b", OPEN, assigned_to=agent("y").id)
    see(shown, "c", TaskState.ASSIGNED, assigned_to=agent("z").id)
    assert decisions(shown) == []
    assert why(shown, "a") == [
        {"code": "limit", "message": "waits its turn: max_parallel allows 2 at once: b, c", "limit": "max_parallel"}
    ]
    see(shown, "b", LOST)
    assert decisions(shown) == ["a to x"]
    assert why(shown, "a") == []


def test_a_task_made_by_hand_takes_a_place_too_and_a_group_none() -> None:
    byhand = Task.new("by hand", agent="x", state=OPEN, assigned_to=agent("x").id)
    shown = under(Policy(max_parallel=1), [group("g", state=OPEN), task("a", agent="y", parent="g")])
    assert decisions(shown) == ["a to y"]
    shown.see(byhand)
    assert decisions(shown) == []
    assert why(shown, "a")[0]["message"] == f"waits its turn: max_parallel allows 1 at once: {byhand.label}"


def test_a_pool_limits_those_that_name_it_and_lets_the_others_pass() -> None:
    tasks = [task(name, agent=who, pool="gpu") for name, who in [("a", "x"), ("b", "y")]]
    shown = under(Policy(pools={"gpu": 1}), [*tasks, task("c", agent="z"), task("d", agent="y", pool="other")])
    assert decisions(shown) == ["a to x", "c to z", "d to y"]
    see(shown, "a", OPEN, assigned_to=agent("x").id)
    assert why(shown, "b") == [
        {"code": "limit", "message": 'waits its turn: pool "gpu" allows 1 at once: a', "limit": 'pool "gpu"'}
    ]
    see(shown, "a", DONE)
    assert decisions(shown) == ["b to y", "c to z"]


def test_where_there_are_limits_no_task_waits_with_an_agent() -> None:
    tasks = [task("a"), task("b"), task("c", pool="p")]
    shown = under(Policy(pools={"p": 9}), tasks, [agent("w")])
    assert decisions(shown) == ["a to w"]
    see(shown, "a", OPEN, assigned_to=agent("w").id)
    assert decisions(shown) == []
    assert [reason["limit"] for reason in why(shown, "b")] == ["agent"]


def test_the_number_of_releases_is_bounded_within_limits_too() -> None:
    shown = under(Policy(max_parallel=3), [task(name, agent=name) for name in "xyz"])
    assert decisions(shown, limit=2) == ["x to x", "y to y"]
    assert decisions(shown, limit=0) == []


def test_a_pool_without_places_is_a_reason() -> None:
    shown = under(Policy(pools={"p": 0}), [task("a", agent="x", pool="p")])
    assert decisions(shown) == []
    assert why(shown, "a")[0]["message"] == 'waits its turn: pool "p" allows 0 at once'


STOP = Policy(on_failure="stop")


def test_after_a_failure_nothing_more_is_released_and_the_retry_opens_it_again() -> None:
    tasks = [
        task("a", agent="x", state=LOST),
        task("b", agent="y"),
        task("c", agent=None),
        group("g"),
        task("h", "a", agent="y", when="one_failed"),
        task("r", agent="z", state=OPEN, assigned_to=agent("z").id),
    ]
    shown = under(STOP, tasks)
    assert decisions(shown) == []
    stopped = {
        "code": "town_paused",
        "message": 'nothing more is released after a failure, as on_failure = "stop" says: a failed',
    }
    for name in "bgh":
        assert why(shown, name) == [stopped]
    assert why(shown, "c")[-1] == stopped
    see(shown, "r", DONE)
    assert decisions(shown) == []
    see(shown, "a", PENDING)
    assert sorted(decisions(shown)) == ["a to x", "b to y", "g started", "shelve c"]


@pytest.mark.parametrize(
    "harmless",
    [
        [task("a", state=OFF)],
        [task("a", state=OFF, skipped=True, when="one_failed")],
        [group("a", state=LOST, result=f"{MEMBERS_FAILED}m"), task("m", parent="a", state=OFF)],
        [Task.new("by hand", agent="y", state=LOST)],
    ],
)
def test_only_a_failed_task_of_the_plan_stops_it(harmless: list[Task]) -> None:
    assert decisions(under(STOP, [*harmless, task("b", agent="y")])) == ["b to y"]


def test_work_of_no_plan_goes_on_though_the_plan_has_stopped() -> None:
    other = Task.new("by hand", agent="y")
    shown = under(STOP, [task("a", agent="x", state=LOST), task("b", agent="y"), other])
    assert decisions(shown) == [f"{other.label} to y"]


def test_a_stopped_plan_needs_nobody() -> None:
    tasks = [task("a", agent="x", state=LOST), task("b", agent="ghost")]
    hiring = Hiring({}, "echo")
    shown = under(Policy(), tasks)
    assert ([wish.name for wish in missing(shown, hiring)], [*orphans(shown)]) == (["ghost"], ["ghost"])
    shown = under(STOP, tasks)
    assert (missing(shown, hiring), orphans(shown)) == ([], {})


def test_a_group_that_stopped_stays_open() -> None:
    members = [task("m", agent="x", parent="g", state=LOST), task("n", agent="y", parent="g")]
    assert decisions(under(STOP, [group("g", state=OPEN), *members])) == []


def test_what_asks_for_approval_waits_for_it() -> None:
    shown = board([task("a", approval=True), task("b", "a"), group("g", approval=True), task("m", parent="g")])
    assert decisions(shown) == []
    assert why(shown, "a") == [{"code": "not_approved", "message": "waits for approval: tt approve a"}]
    assert why(shown, "g") == [{"code": "not_approved", "message": "waits for approval: tt approve g"}]
    for name in "ag":
        see(shown, name, PENDING, approved=True)
        assert why(shown, name) == []
    assert decisions(shown) == ["g started", "a to w"]


def test_who_waits_for_a_person_alone_is_known() -> None:
    tasks = [
        task("p"),
        task("a", "p", approval=True),
        task("b", approval=True),
        task("c", approval=True, approved=True),
    ]
    shown = board(tasks)

    def asking() -> list[str]:
        return [shown.tasks[key].label for _, key in shown.ready[UNAPPROVED]]

    assert asking() == ["b"]
    see(shown, "p", DONE)
    assert asking() == ["a", "b"]
    see(shown, "b", LOST)
    assert asking() == ["a"]


def test_approval_is_asked_for_before_the_rest_is_there_and_nobody_is_shelved_without() -> None:
    shown = board([task("p"), task("a", "p", approval=True), task("b", approval=True, agent=None)])
    assert [reason["code"] for reason in why(shown, "a")] == ["waits_for", "not_approved"]
    assert decisions(shown) == ["p to w"]
    assert not shown.is_ready(shown.tasks[uid("b")])
    see(shown, "b", PENDING, approved=True)
    assert decisions(shown) == ["shelve b", "p to w"]


def test_what_is_not_needed_is_not_asked_about() -> None:
    shown = board([task("p", state=DONE), task("a", "p", when="one_failed", approval=True)])
    assert decisions(shown) == ["a skipped"]
    assert [reason["code"] for reason in why(shown, "a")] == ["not_needed", "not_approved"]
