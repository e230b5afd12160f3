"""The board: what follows from the tasks that it saw."""

from datetime import timedelta

import pytest

from conductor.board import Board
from conductor.team import orphans
from tests.boards import NOW, agent, board, decisions, group, labels, see, task, uid
from tinytown.record import Held
from tinytown.states import AgentState, TaskState
from tinytown.tasks import Task

DONE, LOST, OPEN = TaskState.COMPLETED, TaskState.FAILED, TaskState.RUNNING


def waiting(shown: Board, name: str) -> list[str]:
    return [what for what, _ in shown.before.unmet(shown.tasks[uid(name)])]


def test_a_child_waits_for_the_end_of_its_parent_and_a_member_for_the_opening_of_its_group() -> None:
    shown = board([group("g"), task("m", parent="g"), task("p"), task("c", "m", parent="p")])
    assert waiting(shown, "m") == ["g"]
    assert waiting(shown, "c") == ["p", "m"]
    see(shown, "g", OPEN)
    see(shown, "p", OPEN)
    assert waiting(shown, "m") == []
    assert waiting(shown, "c") == ["p", "m"]
    see(shown, "p", DONE)
    assert waiting(shown, "c") == ["m"]


def test_what_is_not_there_is_waited_for() -> None:
    shown = board([task("a", "ghost", parent="nobody")])
    assert waiting(shown, "a") == [str(uid("nobody")), "ghost"]
    assert decisions(shown) == []


def test_a_group_counts_all_that_is_below_it_through_ordinary_parents_and_groups() -> None:
    shown = board(
        [
            group("g"),
            task("a", parent="g"),
            task("b", parent="a"),
            group("h", parent="b"),
            task("c", parent="h", state=LOST),
            task("d", parent="g", state=DONE),
            task("x"),
        ]
    )
    assert labels(shown, (one.id for one in shown.descendants(uid("g")))) == {"a", "b", "h", "c", "d"}
    assert [shown.groups.unfinished(uid(name)) for name in ("g", "h", "x")] == [4, 1, 0]
    assert [shown.groups.bad(uid(name)) for name in ("g", "h")] == [1, 1]
    groups = {one.label: shown.groups.around(one) for one in shown.tasks.values()}
    assert groups == {name: uid("g") for name in "abhd"} | {"c": uid("h"), "g": None, "x": None}


def test_the_load_is_what_an_agent_has_in_its_hands() -> None:
    me = agent("w").id
    shown = board([task("a"), task("b"), group("g")])
    see(shown, "a", TaskState.ASSIGNED, assigned_to=me)
    see(shown, "b", OPEN, assigned_to=me)
    see(shown, "g", OPEN)
    assert shown.load[me] == 2
    see(shown, "a", DONE)
    assert shown.load[me] == 1
    see(shown, "b", TaskState.PENDING, assigned_to=None)
    assert shown.load[me] == 0


def test_what_fails_dooms_all_that_needs_it_but_not_its_group_mates() -> None:
    shown = board(
        [
            group("g"),
            task("a", parent="g", state=LOST),
            task("mate", parent="g"),
            task("child", parent="a"),
            task("later", "g"),
            task("latest", "later"),
            task("free"),
        ]
    )
    assert labels(shown, shown.doomed) == {"child", "later", "latest"}


def test_a_group_that_was_called_off_or_cannot_open_dooms_its_members() -> None:
    tasks = [group("g", "need"), task("m", parent="g"), group("h", parent="g"), task("n", parent="h"), task("need")]
    shown = board(tasks)
    assert shown.doomed == set()
    see(shown, "need", TaskState.CANCELLED)
    assert labels(shown, shown.doomed) == {"g", "m", "h", "n"}
    see(shown, "need", DONE)
    assert shown.doomed == set()
    see(shown, "h", TaskState.CANCELLED)
    assert labels(shown, shown.doomed) == {"n"}


def test_a_task_done_by_hand_left_its_successors_doomed() -> None:
    shown = board([task("a", state=LOST), task("b", "a"), task("c", "b")])
    assert labels(shown, shown.doomed) == {"b", "c"}
    see(shown, "b", DONE)
    assert shown.doomed == set()
    assert decisions(shown) == ["c to w"]


def test_what_waited_for_a_group_that_was_completed_by_hand_was_doomed() -> None:
    shown = board([group("g", state=OPEN), task("a", parent="g", state=LOST), task("b", "g"), task("c", "b")])
    assert labels(shown, shown.doomed) == {"b", "c"}
    see(shown, "g", DONE)
    assert shown.doomed == set()
    assert decisions(shown) == ["b to w"]


def test_a_delay_that_was_lifted_held_the_task_back() -> None:
    shown = board([task("a", not_before=NOW + timedelta(hours=1))])
    assert (decisions(shown), shown.due(NOW)) == ([], [])
    see(shown, "a", TaskState.PENDING, not_before=None)
    assert decisions(shown) == ["a to w"]


def test_a_delayed_task_waits_no_longer_because_the_clock_was_set_back() -> None:
    moment = NOW + timedelta(minutes=5)
    shown = board([task("a").evolve(not_before=moment, updated_at=NOW)])
    assert shown.due(NOW - timedelta(seconds=59)) == [], "clocks of two machines may differ so much"
    assert labels(shown, shown.due(NOW - timedelta(hours=3))) == {"a"}
    assert labels(shown, shown.due(NOW + timedelta(hours=3))) == {"a"}


def test_a_delayed_task_is_ready_when_its_time_has_come() -> None:
    moment = NOW + timedelta(seconds=30)
    shown = board([task("a", not_before=moment), task("b", "a", not_before=moment)])
    assert shown.due(moment - timedelta(microseconds=1)) == []
    assert labels(shown, shown.due(moment)) == {"a", "b"}
    for one in shown.due(moment):
        shown.undelay(one)
    assert shown.delayed == {}
    assert decisions(shown) == ["a to w"], "the other has its prerequisite to wait for"


def test_a_task_of_nobodys_plan_is_seen_without_deriving_everything_anew() -> None:
    shown = board([task("a")])
    new = Task.new("by hand", agent="w", state=TaskState.ASSIGNED, assigned_to=agent("w").id)
    shown.see(new, "text")
    assert shown.load[agent("w").id] == 1
    assert shown.held(new.id) == Held(new, "text")


def test_a_parent_that_was_seen_after_its_child_did_not_let_it_go() -> None:
    shown = board([])
    parent = Task.new("first", agent="w", state=DONE)
    child = Task.new("second", agent="w", parent_id=parent.id)
    shown.see(child)
    assert decisions(shown) == []
    shown.see(parent)
    assert decisions(shown) == [f"{child.label} to w"]


def test_a_changed_definition_is_derived_anew() -> None:
    shown = board([task("a"), task("b")])
    see(shown, "b", TaskState.PENDING, needs=("a",))
    assert decisions(shown) == ["a to w"]
    see(shown, "a", TaskState.PENDING, agent="other")
    assert decisions(shown) == []
    see(shown, "b", TaskState.PENDING, needs=())
    assert decisions(shown) == ["b to w"]


def test_a_text_is_held_until_the_task_is_seen_without_one() -> None:
    shown = board([task("a")])
    held = shown.held(uid("a"))
    assert held is not None
    assert held.value == shown.tasks[uid("a")]
    see(shown, "a", DONE)
    assert shown.held(uid("a")) is None


@pytest.mark.parametrize(
    ("fields", "to", "wanted"),
    [
        ({"agent": "x", "role": "r", "run": "y"}, None, ("agent", "x")),
        ({"role": "r", "run": "y"}, "d", ("role", "r")),
        ({"run": "y"}, "d", ("any", "")),
        ({"agent": None}, "d", ("agent", "d")),
        ({"agent": None}, None, ("nobody", "")),
    ],
)
def test_a_task_is_for_whom_it_names(fields: dict[str, str], to: str | None, wanted: tuple[str, str]) -> None:
    shown = board([], to=to)
    assert shown.target(task("a", **fields)) == wanted


def test_orphans_are_ready_and_have_nobody_who_lives() -> None:
    crew = [agent("w"), agent("p", AgentState.PAUSED), agent("d", role="r"), agent("s", AgentState.STOPPED)]
    tasks = [task("a"), task("b", agent="p"), task("c", role="r"), task("e", agent="s"), task("f", agent="ghost")]
    tasks += [task("g", "f", agent="other"), task("h", agent=None), task("i", run="x"), group("j")]
    shown = board(tasks, crew, dead="d")
    assert {name: one.label for name, one in orphans(shown).items()} == {
        "p": "b",
        "r": "c",
        "s": "e",
        "ghost": "f",
    }
    shown.see_agents({}, [])
    assert orphans(shown)["any"].label == "i"
