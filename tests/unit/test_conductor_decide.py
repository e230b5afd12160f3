"""The conductor's judgement, case by case."""

from conductor.actions import Advance
from conductor.decide import decide
from conductor.outcomes import MEMBERS_FAILED
from conductor.policy import Policy
from tests.boards import agent, board, decisions, group, see, task, uid
from tinytown.record import Held
from tinytown.states import AgentState, TaskState
from tinytown.tasks import Priority, When

DONE, LOST, OPEN, PENDING = TaskState.COMPLETED, TaskState.FAILED, TaskState.RUNNING, TaskState.PENDING


def test_nothing_to_do_is_no_action() -> None:
    assert decisions(board([])) == []


def test_only_what_is_ready_is_released() -> None:
    shown = board([task("a", state=DONE), task("b", parent="a"), task("c", "b"), task("d", "a", "c")])
    assert decisions(shown) == ["b to w"]


def test_an_agent_is_sent_one_to_run_and_one_to_find_next() -> None:
    shown = board([task(name) for name in "abcd"])
    assert decisions(shown) == ["a to w", "b to w"]
    see(shown, "a", OPEN, assigned_to=agent("w").id)
    assert decisions(shown) == ["b to w"]
    see(shown, "b", TaskState.ASSIGNED, assigned_to=agent("w").id)
    assert decisions(shown) == []


def test_where_a_failure_stops_the_plan_no_task_lies_with_an_agent_that_would_begin_it() -> None:
    shown = board([task(name) for name in "ab"])
    shown.policy = Policy(on_failure="stop")
    assert decisions(shown) == ["a to w"]


def test_a_task_whose_attempt_is_still_being_stopped_waits_and_so_does_its_agent() -> None:
    crew = [agent("v", AgentState.WORKING, role="r", current_task=uid("a")), agent("w", role="r")]
    shown = board([task("a", role="r"), task("b", role="r"), task("c", role="r")], crew)
    assert decisions(shown) == ["b to w"]
    shown = board([task("a", role="r"), task("b", role="r"), task("c", role="r")], crew, dead="v")
    assert decisions(shown) == ["a to w"]
    see(shown, "a", OPEN, assigned_to=agent("v").id)
    shown.see_agents(shown.agents, [one.id for one in crew])
    assert decisions(shown) == ["b to w"]


def test_a_command_that_is_still_being_stopped_keeps_its_place_in_a_pool() -> None:
    crew = [agent("v", AgentState.WORKING, current_task=uid("a")), agent("w")]
    shown = board([task("a", agent="v", pool="p", state=TaskState.CANCELLED), task("b", pool="p")], crew)
    shown.policy = Policy(pools={"p": 1})
    assert decisions(shown) == []
    shown.see_agents({one.id: Held.of(one) for one in [agent("v"), agent("w")]}, [one.id for one in crew])
    assert decisions(shown) == ["b to w"]


def test_a_group_that_a_person_failed_takes_its_members_with_it() -> None:
    tasks = [
        group("g", state=OPEN),
        group("sub", parent="g", state=LOST, result="rejected by me"),
        task("s", parent="sub"),
        task("alarm", "s", when=When.ONE_FAILED),
        task("cleanup", "g", when=When.ALL_DONE),
    ]
    shown = board(tasks)
    assert decisions(shown) == ["g failed", "alarm to w"]
    shown.see(shown.tasks[uid("g")].fail(f"{MEMBERS_FAILED}sub"))
    assert "cleanup to w" in decisions(shown)


def test_what_is_not_for_one_by_name_never_waits_in_an_inbox() -> None:
    crew = [agent("x-1", team="x"), agent("only", role="r")]
    tasks = [*(task(f"t{n}", agent="x") for n in range(2)), *(task(f"r{n}", role="r") for n in range(2))]
    assert decisions(board(tasks, crew)) == ["t0 to x-1", "r0 to only"]
    assert decisions(board([task("a", run="x"), task("b", run="x")], [agent("w")])) == ["a to w"]


def test_whoever_is_starting_is_sent_only_what_nobody_else_can_do() -> None:
    crew = [agent("new", AgentState.STARTING, role="r"), agent("x-1", AgentState.STARTING, team="x")]
    tasks = [task("a", role="r"), task("b", agent="x"), task("c", run="x"), task("d", agent="new")]
    assert decisions(board(tasks, crew)) == ["d to new"]


def test_where_several_could_do_it_none_waits_behind_another() -> None:
    crew = [agent("x-2", team="x"), agent("x-1", team="x"), agent("y", role="r"), agent("z", role="r")]
    shown = board(
        [*(task(f"t{n}", agent="x") for n in range(4)), *(task(f"r{n}", role="r") for n in range(3))], crew
    )
    assert decisions(shown) == ["t0 to x-1", "t1 to x-2", "r0 to y", "r1 to z"]


def test_a_dead_mate_counts_as_one_who_could_do_it() -> None:
    crew = [agent("x-1", team="x"), agent("x-2", AgentState.STOPPED, team="x")]
    assert decisions(board([task("a", agent="x"), task("b", agent="x")], crew, dead="x-2")) == ["a to x-1"]


def test_whoever_is_paused_draining_gone_or_dead_is_sent_nothing() -> None:
    states = [
        state for state in AgentState if state not in (AgentState.STARTING, AgentState.IDLE, AgentState.WORKING)
    ]
    crew = [*(agent(str(state), state) for state in states), agent("dead"), agent("new", AgentState.STARTING)]
    tasks = [task(f"for {one.name}", agent=one.name) for one in crew]
    assert decisions(board(tasks, crew, dead="dead")) == ["for new to new"]


def test_a_command_goes_to_a_shell_first() -> None:
    crew = [agent("a"), agent("sh", cli="shell")]
    shown = board([task("one", run="x"), task("two", run="x"), task("three", run="x")], crew)
    assert decisions(shown) == ["one to sh", "two to a"]


def test_the_order_is_priority_then_the_longest_path_then_the_plan() -> None:
    tasks = [
        task("plain"),
        task("other"),
        task("long"),
        task("after", "long"),
        task("hot", priority=Priority.URGENT),
    ]
    shown = board(tasks)
    order = [shown.tasks[key].label for _, key in shown.ready["agent", "w"]]
    assert order == ["hot", "long", "plain", "other"]


def test_the_limit_is_a_limit_of_releases() -> None:
    crew = [agent("a"), agent("b")]
    tasks = [task("one", agent="a"), task("two", agent="b"), task("three", agent="a")]
    assert decisions(board(tasks, crew), limit=2) == ["one to a", "three to a"]
    assert decisions(board(tasks, crew), limit=0) == []


def test_what_nobody_is_named_for_is_shelved_once() -> None:
    shown = board([task("a", agent=None), task("b", "a", agent=None)])
    assert decisions(shown) == ["shelve a"]
    assert decisions(shown, shelved="a") == []
    assert decisions(board([task("a", agent=None)], to="w")) == ["a to w"]


def test_a_group_opens_when_its_own_prerequisites_are_met_and_is_sent_to_nobody() -> None:
    shown = board([task("need"), group("g", "need"), group("h", parent="g"), task("m", parent="h")])
    assert decisions(shown) == ["need to w"]
    see(shown, "need", DONE)
    assert decisions(shown) == ["g started"]
    see(shown, "g", OPEN)
    assert decisions(shown) == ["h started"]
    see(shown, "h", OPEN)
    assert decisions(shown) == ["m to w"]


def test_a_group_completes_with_the_last_of_its_descendants() -> None:
    shown = board([group("g", state=OPEN), task("a", parent="g"), task("b", parent="a"), task("after", "g")])
    assert decisions(shown) == ["a to w"]
    see(shown, "a", DONE)
    assert decisions(shown) == ["b to w"]
    see(shown, "b", DONE)
    assert decisions(shown) == ["g completed"]
    see(shown, "g", DONE)
    assert decisions(shown) == ["after to w"]


def test_a_group_fails_when_one_failed_and_none_can_progress() -> None:
    tasks = [group("g", state=OPEN), task("a", parent="g"), task("b", parent="g"), task("c", "a", parent="g")]
    shown = board(tasks)
    see(shown, "a", LOST)
    assert decisions(shown) == ["b to w"]
    see(shown, "b", OPEN)
    assert decisions(shown) == []
    see(shown, "b", DONE)
    (action,) = decide(shown, shown.take_unsettled(), (), 9)
    assert isinstance(action, Advance)
    assert action.task.result == "of its tasks, these did not complete: a"


def test_a_loss_outside_of_a_group_did_not_end_it() -> None:
    shown = board([group("g", state=OPEN), task("a", parent="g"), task("b", "out", parent="g"), task("out")])
    see(shown, "a", LOST)
    assert decisions(shown) == ["out to w"]
    see(shown, "out", LOST)
    assert decisions(shown) == ["g failed"]


def test_inner_groups_end_before_the_outer() -> None:
    tasks = [group("g", state=OPEN), group("h", parent="g", state=OPEN), task("a", parent="h", state=LOST)]
    shown = board(tasks)
    assert decisions(shown) == ["h failed"]
    see(shown, "h", LOST)
    assert decisions(shown) == ["g failed"]


def test_a_failed_group_did_not_open_again_for_a_member_that_is_to_run_again() -> None:
    shown = board([group("g", state=LOST, result=f"{MEMBERS_FAILED}a"), task("a", parent="g", state=LOST)])
    assert decisions(shown) == []
    see(shown, "a", PENDING)
    assert decisions(shown) == ["g requeued"]
    see(shown, "g", PENDING)
    assert decisions(shown) == ["g started"]


def test_a_group_that_a_person_failed_stays_shut() -> None:
    shown = board([group("g", state=LOST, result="by hand"), task("a", parent="g")])
    assert decisions(shown) == []


def test_a_failed_group_did_not_complete_when_the_rest_was_done_by_hand() -> None:
    shown = board([group("g", state=LOST), task("a", parent="g", state=LOST), task("after", "g")])
    see(shown, "a", DONE)
    assert decisions(shown) == ["g completed"]


def test_a_failed_group_stayed_shut_when_what_its_member_needs_was_to_run_again() -> None:
    failed = group("g", state=LOST, result=f"{MEMBERS_FAILED}b")
    shown = board([failed, task("a", "out", parent="g"), task("out", state=LOST)])
    assert decisions(shown) == []
    see(shown, "out", PENDING)
    assert decisions(shown) == ["g requeued"]
    see(shown, "g", PENDING)
    assert decisions(shown) == ["g started", "out to w"]


def test_a_group_without_members_completes_at_once() -> None:
    shown = board([group("g")])
    assert decisions(shown) == ["g started"]
    see(shown, "g", OPEN)
    assert decisions(shown) == ["g completed"]


def test_a_decision_changes_nothing() -> None:
    shown = board([task("a"), group("g"), task("b", agent=None)])
    first = decisions(shown)
    assert decisions(shown) == first
    assert shown.load == {}
    assert all(one.state is PENDING for one in shown.tasks.values())
    assert shown.held(uid("a")) is not None


def test_a_group_failed_and_opened_again_because_what_doomed_its_member_was_not_needed() -> None:
    shown = board(
        [
            task("lost", state=TaskState.FAILED),
            group("g", state=TaskState.RUNNING),
            task("m", parent="g", state=TaskState.RUNNING),
            task("spare", "m", when="one_failed"),
            group("inner", parent="spare"),
            task("doomed", "lost", parent="inner"),
            task("last", "doomed", parent="g"),
        ]
    )
    assert decisions(shown) == []
    see(shown, "m", TaskState.COMPLETED)
    assert decisions(shown) == ["spare skipped"]
    for name in ("spare", "inner", "doomed", "last"):
        see(shown, name, TaskState.CANCELLED, skipped=True)
    assert decisions(shown) == ["g completed"]
