"""Why a task is not released: every reason, and its words."""

from datetime import timedelta
from typing import Any

import pytest

from conductor.board import Board
from conductor.readiness import Reason, reasons
from conductor.rest import resting
from tests.boards import NOW, agent, board, group, see, task, uid
from tinytown.states import AgentState, TaskState

DONE, LOST, OPEN = TaskState.COMPLETED, TaskState.FAILED, TaskState.RUNNING
W = agent("w").id


def why(shown: Board, name: str, *, conducted: bool = True) -> list[Reason]:
    return reasons(shown, shown.tasks[uid(name)], NOW, conducted=conducted)


def codes(shown: Board, name: str) -> list[str]:
    return [reason.code for reason in why(shown, name)]


def only(shown: Board, name: str) -> dict[str, Any]:
    (reason,) = why(shown, name)
    return reason.as_dict()


def test_a_ready_task_with_somebody_to_do_it_has_no_reason_but_a_missing_conductor() -> None:
    shown = board([task("a")])
    assert why(shown, "a") == []
    (reason,) = why(shown, "a", conducted=False)
    assert reason.as_dict() == {
        "code": "no_conductor",
        "message": "no conductor is running; start one: tt conductor",
    }


@pytest.mark.parametrize(
    ("state", "fields", "message"),
    [
        (TaskState.ASSIGNED, {"assigned_to": W}, "is assigned with w"),
        (OPEN, {"assigned_to": W}, "is running with w"),
        (OPEN, {"assigned_to": uid("forgotten")}, "is running"),
        (DONE, {"assigned_to": W}, "is completed by w"),
        (DONE, {}, "is completed"),
        (LOST, {"assigned_to": W, "result": "exit status 1"}, "is failed by w: exit status 1"),
        (LOST, {}, "is failed"),
        (TaskState.CANCELLED, {"result": "by hand"}, "is cancelled: by hand"),
    ],
)
def test_what_is_not_pending_says_where_it_is(state: TaskState, fields: dict[str, Any], message: str) -> None:
    found = only(board([task("a", state=state, **fields)]), "a")
    name = "w" if fields.get("assigned_to") == W else None
    assert found == {"code": "not_pending", "message": message, "state": state.value, "agent": name}


def test_an_open_group_names_the_members_that_it_waits_for() -> None:
    members = [task(f"m{n}", parent="g") for n in range(7)]
    shown = board([group("g", state=OPEN), *members, task("done", parent="g", state=DONE)])
    message = only(shown, "g")["message"]
    assert message.startswith("is running: waits for its members m")
    assert message.endswith(" and 2 more")


def test_it_waits_for_each_prerequisite_by_name_and_state() -> None:
    shown = board([task("p", state=OPEN), task("n"), task("met", state=DONE), task("a", "n", "met", parent="p")])
    assert only(shown, "a") == {
        "code": "waits_for",
        "message": "waits for p (running), n (pending)",
        "tasks": [{"id": "p", "state": "running"}, {"id": "n", "state": "pending"}],
    }


def test_it_cannot_start_after_a_loss_near_or_far() -> None:
    tasks = [task("f", state=LOST), task("c", state=TaskState.CANCELLED), task("far", "f"), task("open")]
    shown = board([*tasks, task("a", "f", "c", "far", "ghost", "open"), task("b", parent="far")])
    failed, waits = why(shown, "a")
    assert failed.code == "prerequisite_failed"
    assert failed.message == "cannot start: f (failed), c (cancelled), far (blocked), ghost (not there)"
    assert waits.message == "waits for open (pending)"
    assert only(shown, "b")["tasks"] == [{"id": "far", "state": "blocked"}]


def test_a_group_with_a_lost_member_holds_up_who_waits_for_it_but_not_its_members() -> None:
    shown = board([group("g"), task("lost", parent="g", state=LOST), task("m", parent="g"), task("a", "g")])
    assert only(shown, "a")["tasks"] == [{"id": "g", "state": "pending, with failed members"}]
    assert only(shown, "m")["message"] == "waits for g (pending)"
    see(shown, "g", OPEN)
    assert codes(shown, "m") == []


def test_a_group_needs_nobody() -> None:
    assert why(board([group("g")], []), "g") == []


def test_it_is_delayed_until_the_moment_itself() -> None:
    later = NOW + timedelta(seconds=30)
    shown = board([task("a", not_before=later), task("b", not_before=NOW)])
    assert only(shown, "a") == {
        "code": "delayed",
        "message": "is not tried again before 2026-01-01T00:00:30.000000Z",
        "until": "2026-01-01T00:00:30.000000Z",
    }
    assert why(shown, "b") == []


@pytest.mark.parametrize(
    ("fields", "message", "name"),
    [
        ({"agent": "x"}, 'needs agent "x", which is not there; start it: tt spawn x', "x"),
        ({"role": "r"}, 'needs an agent of role "r", which is not there; start it: tt spawn NAME --role r', "r"),
        ({"run": "true"}, "needs any agent, which is not there; start it: tt spawn NAME", None),
        ({"agent": None}, "nobody is named for it; give it to someone: tt backlog claim a AGENT", None),
    ],
)
def test_somebody_is_missing(fields: dict[str, Any], message: str, name: str | None) -> None:
    found = only(board([task("a", **fields)], []), "a")
    assert found == {"code": "agent_missing", "message": message, "agent": name}


@pytest.mark.parametrize(
    ("state", "dead", "code", "message"),
    [
        (AgentState.PAUSED, "", "agent_paused", 'agent "w" is paused; go on: tt resume w'),
        (AgentState.DRAINING, "", "agent_draining", 'agent "w" is draining'),
        (AgentState.IDLE, "w", "agent_dead", 'agent "w" is dead; start it: tt spawn w --cli claude'),
        (AgentState.ERROR, "", "agent_dead", 'agent "w" is not running; start it: tt spawn w --cli claude'),
        (AgentState.STOPPED, "w", "agent_dead", 'agent "w" is not running; start it: tt spawn w --cli claude'),
        (AgentState.COLD, "", "agent_dead", 'agent "w" is not running; start it: tt spawn w --cli claude'),
    ],
)
def test_somebody_is_there_but_takes_nothing(state: AgentState, dead: str, code: str, message: str) -> None:
    shown = board([task("a")], [agent("w", state)], dead=dead)
    assert only(shown, "a") == {"code": code, "message": message, "agent": "w"}


def test_a_task_that_an_agent_was_given_says_what_keeps_it_from_being_begun() -> None:
    given = task("a", state=TaskState.ASSIGNED, assigned_to=W)
    assert codes(board([given]), "a") == ["not_pending"]
    shown = board([given], [agent("w", AgentState.PAUSED)])
    assert why(shown, "a")[1].message == 'agent "w" is paused; go on: tt resume w'
    assert resting(shown) == {'agent "w" is paused; go on: tt resume w'}
    assert codes(board([given], dead="w"), "a") == ["not_pending", "agent_dead"]
    shown = board([given])
    shown.paused = '{"by": "me", "at": "2026-01-01T00:00:00Z", "note": null}'
    assert codes(shown, "a") == ["not_pending", "town_paused"]
    assert len(resting(shown)) == 1


def test_of_several_who_take_nothing_each_has_its_reason() -> None:
    crew = [agent("x", AgentState.PAUSED, role="r"), agent("y", role="r")]
    assert codes(board([task("a", role="r")], crew, dead="y"), "a") == ["agent_paused", "agent_dead"]
    assert codes(board([task("a", role="r")], [*crew, agent("z", role="r")], dead="y"), "a") == []


@pytest.mark.parametrize(("whom", "mates", "busy"), [("w", [], 2), ("t", [], 1), ("t", ["v"], 1)])
def test_it_waits_its_turn_when_everybody_is_full(whom: str, mates: list[str], busy: int) -> None:
    crew = [agent(name, team="t") for name in ["w", *mates]]
    begun = [task(f"b{one.name}{n}", state=OPEN, assigned_to=one.id) for one in crew for n in range(busy)]
    shown = board([task("a", agent=whom), *begun], crew)
    assert only(shown, "a")["code"] == "limit"
    assert only(shown, "a")["limit"] == "agent"
    see(shown, "bw0", DONE)
    assert codes(shown, "a") == []


def test_what_several_could_do_waits_until_one_of_them_is_ready() -> None:
    starting = agent("x", AgentState.STARTING, role="r")
    shown = board([task("a", role="r"), task("b", agent="x")], [starting])
    assert only(shown, "a") == {"code": "limit", "message": "waits its turn: x is starting", "limit": "agent"}
    assert codes(shown, "b") == []
    assert codes(board([task("a", role="r")], [starting, agent("y", role="r")]), "a") == []


def test_an_agent_that_no_conductor_starts_any_more_says_so() -> None:
    found = only(board([task("a")], [agent("w", AgentState.ERROR, failed_starts=3)]), "a")
    assert found["code"] == "agent_dead"
    assert found["message"] == (
        'agent "w" died 3 times at start, so no conductor starts it any more; look at .tt/logs/w.log, then: '
        "tt spawn w --cli claude"
    )


def test_all_reasons_are_told_at_once() -> None:
    waiting = task("a", "n", "f", agent="x", not_before=NOW + timedelta(days=1))
    shown = board([task("n"), task("f", state=LOST), waiting])
    found = [reason.code for reason in why(shown, "a", conducted=False)]
    assert found == ["prerequisite_failed", "waits_for", "delayed", "agent_missing", "no_conductor"]
