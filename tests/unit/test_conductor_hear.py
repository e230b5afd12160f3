"""What an event means for the board."""

from datetime import datetime
from uuid import uuid4

import pytest

from conductor.board import Board
from conductor.hear import News, hear
from tests.boards import agent, board, decisions, task, uid
from tinytown.events import Event, agent_event, task_event, town_event
from tinytown.record import Held
from tinytown.states import TaskState
from tinytown.tasks import Task

NOTHING = News(frozenset(), agents=False, plan=False)
ME = agent("w").id


def shown(state: TaskState = TaskState.PENDING, attempt: int = 0) -> Board:
    return board([task("a", state=state, attempt=attempt, assigned_to=ME), task("b", "a")])


def event(what: str, state: TaskState, attempt: int = 1) -> Event:
    """As its agent reports it."""
    return task_event(what, task("a", state=state, attempt=attempt), "w", elapsed="1.0")


@pytest.mark.parametrize("what", ["cancelled", "completed", "failed", "requeued"])
def test_a_running_task_that_somebody_else_settles_has_its_agent_looked_at(what: str) -> None:
    state = TaskState.PENDING if what == "requeued" else TaskState(what)
    told = task_event(what, task("a", state=state, attempt=1), reason="said by me")
    assert hear(shown(TaskState.RUNNING, 1), [told]).agents
    assert not hear(shown(TaskState.ASSIGNED, 1), [told]).agents
    assert not hear(shown(TaskState.RUNNING, 2), [told]).agents


@pytest.mark.parametrize("what", ["started", "completed", "failed", "cancelled"])
def test_a_plain_event_is_seen_at_once(what: str) -> None:
    seen = shown(TaskState.ASSIGNED, 1)
    state = TaskState.RUNNING if what == "started" else TaskState(what)
    assert hear(seen, [event(what, state)]) == NOTHING
    assert seen.tasks[uid("a")].state is state
    assert seen.tasks[uid("a")].assigned_to == ME
    assert seen.held(uid("a")) is None
    assert seen.load[ME] == (state is TaskState.RUNNING)


@pytest.mark.parametrize("what", ["assigned", "requeued", "created", "retrying", "anything"])
def test_an_event_that_does_not_tell_all_is_read_again(what: str) -> None:
    seen = shown(TaskState.RUNNING, 1)
    state = TaskState.ASSIGNED if what == "assigned" else TaskState.PENDING
    assert hear(seen, [event(what, state)]).tasks == {uid("a")}
    assert seen.tasks[uid("a")].state is TaskState.RUNNING


def test_what_is_known_already_is_left_as_it_is() -> None:
    seen = shown(TaskState.COMPLETED, 1)
    assert hear(seen, [event("completed", TaskState.COMPLETED)]) == NOTHING
    assert seen.held(uid("a")) is not None


@pytest.mark.parametrize("what", ["started", "completed", "failed", "assigned", "requeued"])
def test_an_event_of_an_earlier_attempt_says_nothing(what: str) -> None:
    seen = shown(TaskState.RUNNING, 2)
    assert hear(seen, [event(what, TaskState.FAILED, attempt=1)]) == NOTHING
    assert seen.tasks[uid("a")].state is TaskState.RUNNING


def test_an_approval_is_read_though_neither_state_nor_attempt_tell_of_it() -> None:
    seen = shown(TaskState.PENDING, 1)
    assert hear(seen, [event("approved", TaskState.PENDING)]).tasks == {uid("a")}
    assert hear(seen, [event("rejected", TaskState.FAILED)]).tasks == {uid("a")}
    assert hear(seen, [event("skipped", TaskState.CANCELLED)]).tasks == {uid("a")}


def test_old_events_are_made_good_by_those_that_follow() -> None:
    seen = shown(TaskState.COMPLETED, 1)
    story = [event("started", TaskState.RUNNING), event("completed", TaskState.COMPLETED)]
    assert hear(seen, story) == NOTHING
    assert seen.tasks[uid("a")].state is TaskState.COMPLETED
    assert decisions(seen) == ["b to w"]


def test_a_task_that_nobody_knows_is_read() -> None:
    new = Task.new("x")
    assert hear(shown(), [task_event("created", new)]).tasks == {new.id}


def test_an_event_without_attempt_or_state_is_read() -> None:
    bare = Event("task.completed", "", task=str(uid("a")))
    assert hear(shown(), [bare]).tasks == {uid("a")}


def test_agents_and_plans_are_read_anew_and_the_conductors_own_events_are_not_news() -> None:
    assert hear(shown(), [agent_event(agent("w"))]) == News(frozenset(), agents=True, plan=False)
    assert hear(shown(), [town_event("plan.pushed")]) == News(frozenset(), agents=False, plan=True)
    assert hear(shown(), [town_event("conductor.elected"), Event("unknown", "", task=str(uuid4()))]) == NOTHING
    assert hear(shown(), []) == NOTHING


def test_the_word_of_a_completion_lets_the_next_one_go_before_the_task_is_read() -> None:
    seen = shown(TaskState.RUNNING, 1)
    seen.see(seen.tasks[uid("b")], Held.of(seen.tasks[uid("b")]).text)
    hear(seen, [event("completed", TaskState.COMPLETED)])
    assert decisions(seen) == ["b to w"]


def test_events_tell_when_a_task_began_and_what_it_took() -> None:
    seen = shown(TaskState.ASSIGNED, 1)
    started = event("started", TaskState.RUNNING)
    hear(seen, [started])
    assert seen.tasks[uid("a")].started_at == datetime.fromisoformat(started.at)
    done = task_event("completed", task("a", state=TaskState.COMPLETED, attempt=1), elapsed="2.500")
    hear(seen, [done])
    assert seen.tasks[uid("a")].took == 2.5
