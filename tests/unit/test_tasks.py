"""A task: its moves, and the JSON that `redis-cli GET` shows."""

import itertools
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytown.errors import StoreError, UnlawfulMoveError
from tinytown.record import Held
from tinytown.states import TASK_MOVES, TaskState
from tinytown.tasks import Priority, Task

AGENT = UUID(int=7)
SOON = datetime(2030, 1, 1, tzinfo=UTC)
PUBLIC = ["id", "description", "state", "assigned_to", "created_at", "updated_at", "completed_at"]
PUBLIC += ["result", "parent_id", "tags"]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")

MOVES: dict[str, tuple[TaskState, Callable[[Task], Task]]] = {
    "assign": (TaskState.ASSIGNED, lambda task: task.assign(AGENT)),
    "start": (TaskState.RUNNING, Task.start),
    "complete": (TaskState.COMPLETED, lambda task: task.complete("out")),
    "fail": (TaskState.FAILED, lambda task: task.fail("why")),
    "cancel": (TaskState.CANCELLED, lambda task: task.cancel("why")),
    "requeue": (TaskState.PENDING, Task.requeue),
    "rerun": (TaskState.PENDING, Task.rerun),
    "skip": (TaskState.CANCELLED, lambda task: task.skip("why")),
    "retry": (TaskState.PENDING, lambda task: task.retry("why", None)),
}


def in_state(state: TaskState) -> Task:
    return Task.new("do it", plan_id="t", state=state)


@pytest.mark.parametrize(("name", "origin"), [*itertools.product(MOVES, TaskState)])
def test_a_move_gives_a_new_value_or_is_refused(name: str, origin: TaskState) -> None:
    target, move = MOVES[name]
    before = in_state(origin)
    text = before.to_json()
    if target in TASK_MOVES[origin]:
        after = move(before)
        assert after.state is target
        assert after.updated_at >= before.updated_at
        assert after is not before
    else:
        with pytest.raises(UnlawfulMoveError, match=f'task "t" is {origin}'):
            move(before)
    assert before.to_json() == text


def test_a_task_is_frozen() -> None:
    with pytest.raises(pydantic.ValidationError):
        setattr(in_state(TaskState.PENDING), "description", "other")  # noqa: B010  the checker would refuse it


def test_each_assignment_is_a_new_attempt() -> None:
    assigned = in_state(TaskState.PENDING).evolve(not_before=SOON).assign(AGENT)
    assert (assigned.attempt, assigned.assigned_to, assigned.not_before) == (1, AGENT, None)
    again = assigned.start().requeue(crashed=True).assign(AGENT)
    assert (again.attempt, again.crashes) == (2, 1)


def test_back_in_the_queue_nothing_is_left_of_the_attempt() -> None:
    task = in_state(TaskState.PENDING).assign(AGENT).start()
    for ended in (task.complete("x"), task.fail("x"), task.cancel("x"), task):
        back = ended.requeue(not_before=SOON)
        assert (back.assigned_to, back.started_at, back.completed_at, back.result) == (None,) * 4
        assert (back.attempt, back.not_before, back.crashes) == (1, SOON, 0)


def test_run_again_on_wish_forgets_the_crashes() -> None:
    task = in_state(TaskState.RUNNING).evolve(crashes=4).requeue(crashed=True, not_before=SOON)
    assert task.crashes == 5
    wished = task.evolve(state=TaskState.FAILED).rerun()
    assert (wished.crashes, wished.not_before, wished.state) == (0, None, TaskState.PENDING)


def test_an_end_has_its_time_and_its_result() -> None:
    started = in_state(TaskState.PENDING).assign(AGENT).start()
    assert started.started_at == started.updated_at
    for ended, result in ((started.complete("o"), "o"), (started.fail("e"), "e"), (started.cancel(None), None)):
        assert ended.completed_at == ended.updated_at
        assert (ended.result, ended.ended, ended.assigned_to) == (result, True, AGENT)
    assert not started.ended


@pytest.mark.parametrize("tied", [{"agent": "a"}, {"role": "r"}, {"run": "x"}, {"group": True}])
def test_a_task_with_somebody_or_something_to_do_it_is_not_for_the_backlog(tied: dict[str, object]) -> None:
    assert Task.new("x").unassigned
    assert not Task.new("x", **tied).unassigned


def test_the_label_is_the_plan_id_or_the_beginning_of_the_id() -> None:
    assert Task.new("x", plan_id="build").label == "build"
    assert Task.new("x", id=UUID("12345678-0000-0000-0000-000000000000")).label == "12345678"


def test_the_ten_public_properties_come_first() -> None:
    fresh = json.loads(Task.new("x").to_json())
    assert list(fresh)[:10] == PUBLIC
    assert [fresh[name] for name in PUBLIC[3:4] + PUBLIC[6:9]] == [None] * 4
    assert fresh["tags"] == []
    assert fresh["state"] == "pending"
    assert TIME.fullmatch(fresh["created_at"])
    assert TIME.fullmatch(fresh["updated_at"])


def test_every_time_is_rfc_3339_in_utc() -> None:
    task = in_state(TaskState.PENDING).assign(AGENT).start().complete("x").evolve(not_before=SOON)
    values = json.loads(task.to_json())
    for name in ("created_at", "updated_at", "completed_at", "started_at", "not_before"):
        assert TIME.fullmatch(values[name]), name
    assert values["not_before"] == "2030-01-01T00:00:00Z"


def test_a_time_from_another_zone_is_the_same_moment() -> None:
    task = Task.from_json('{"description": "x", "not_before": "2030-01-01T02:00:00+02:00"}')
    assert task.not_before == SOON


def test_the_json_of_another_program_is_read_and_its_fields_are_kept() -> None:
    text = (
        '{"id":"550e8400-e29b-41d4-a716-446655440000","description":"Fix the bug","state":"completed",'
        '"assigned_to":"550e8400-e29b-41d4-a716-446655440001","created_at":"2024-03-09T12:00:00Z",'
        '"updated_at":"2024-03-09T12:05:00Z","completed_at":"2024-03-09T12:05:00Z","result":"Fixed",'
        '"parent_id":null,"tags":["bug"],"weight":3,"nested":{"a":[1,null]}}'
    )
    task = Task.from_json(text)
    kept = json.loads(task.rerun().assign(AGENT).to_json())
    assert (kept["weight"], kept["nested"]) == (3, {"a": [1, None]})
    assert list(kept)[:10] == PUBLIC
    assert kept["created_at"] == "2024-03-09T12:00:00Z"


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"description": "x", "state": "Pending"}', "\udcff"])
def test_what_is_no_task_is_an_error_that_says_where(text: str) -> None:
    with pytest.raises(StoreError, match="Redis holds something that is no task"):
        Task.from_json(text)


def test_priorities_rank_from_low_to_urgent() -> None:
    assert [priority.rank for priority in Priority] == [0, 1, 2, 3]
    assert [str(priority) for priority in Priority] == ["low", "normal", "high", "urgent"]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
OPTIONAL = st.none() | TEXTS
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
TASKS = st.builds(
    Task,
    id=st.uuids(),
    description=TEXTS,
    state=st.sampled_from(TaskState),
    result=OPTIONAL,
    parent_id=st.none() | st.uuids(),
    tags=st.lists(TEXTS).map(tuple),
    plan_id=OPTIONAL,
    needs=st.lists(TEXTS).map(tuple),
    created_at=TIMES,
    updated_at=TIMES,
    not_before=st.none() | TIMES,
    attempt=st.integers(0, 2**40),
    foreign=st.recursive(st.none() | st.integers(-9, 9) | TEXTS, st.lists),
)


@given(TASKS)
def test_what_is_written_is_read_as_it_was(task: Task) -> None:
    text = task.to_json()
    assert Task.from_json(text) == task
    assert Held.of(task) == Held(task, text)
    assert Task.from_json(text).to_json() == text


def test_what_was_skipped_or_given_up_is_forgotten_with_the_next_move() -> None:
    skipped = in_state(TaskState.PENDING).skip("not needed: a did not fail")
    assert (skipped.skipped, skipped.state, skipped.result) == (
        True,
        TaskState.CANCELLED,
        "not needed: a did not fail",
    )
    for again in (skipped.requeue(), skipped.rerun(), skipped.complete("by hand")):
        assert not again.skipped
    given_up = in_state(TaskState.RUNNING).give_up("no way")
    assert (given_up.given_up, given_up.state) == ("no way", TaskState.RUNNING)
    for after in (given_up.retry("no way", None), given_up.requeue(crashed=True), given_up.complete("after all")):
        assert after.given_up is None


def test_a_person_who_runs_it_again_starts_from_the_beginning() -> None:
    task = (
        Task.new("x", retries=3, approval=True).approve("alice", "go").assign(AGENT).start().retry("broken", SOON)
    )
    assert (task.failures, task.last_error, task.not_before, task.unapproved) == (1, "broken", SOON, False)
    again = task.assign(AGENT).start().fail("broken").rerun()
    assert (again.failures, again.last_error, again.not_before, again.unapproved) == (0, None, None, True)
    assert (again.approved_by, again.approval_note, again.attempt) == (None, None, 2)


def test_a_task_that_completes_has_shown_how_long_it_takes() -> None:
    begun = in_state(TaskState.ASSIGNED).start()
    done = begun.evolve(started_at=begun.started_at and begun.started_at - timedelta(seconds=8)).complete("out")
    assert done.took == pytest.approx(8.0, abs=1.0)
    again = done.rerun().assign(AGENT).start().complete("out")
    assert again.took == pytest.approx(4.0, abs=1.0), "the last attempt weighs half"


def test_who_did_not_run_or_only_held_others_teaches_nothing() -> None:
    assert in_state(TaskState.PENDING).complete("by hand").took is None
    assert in_state(TaskState.RUNNING).evolve(group=True, started_at=SOON).complete(None).took is None
    failed = in_state(TaskState.ASSIGNED).start().fail("no")
    assert failed.took is None
    assert failed.complete("by hand").took is None
