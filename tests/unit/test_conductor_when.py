"""Which outcomes of its prerequisites release a task, block it, or make it needless."""

import pytest

from conductor.board import Board
from conductor.readiness import reasons
from tests.boards import NOW, board, decisions, group, labels, see, task, uid
from tinytown.states import TaskState
from tinytown.tasks import Task

DONE, LOST, OPEN, PENDING = TaskState.COMPLETED, TaskState.FAILED, TaskState.RUNNING, TaskState.PENDING
OFF = TaskState.CANCELLED

OUTCOMES: dict[str, list[Task]] = {
    "done": [task("p", state=DONE)],
    "failed": [task("p", state=LOST)],
    "called off": [task("p", state=OFF)],
    "not needed": [task("p", when="one_failed", state=OFF, skipped=True)],
    "blocked": [task("lost", state=LOST), task("p", "lost")],
    "running": [task("p", state=OPEN)],
    "torn": [group("p", state=OPEN), task("lost", parent="p", state=LOST), task("goes on", parent="p", state=OPEN)],
}
"""What may have become of a prerequisite; `torn` is a group that will fail, but has not yet."""

RELEASED, WAITS, DOOMED, NEEDLESS = "released", "waits", "doomed", "needless"

VERDICTS = {
    "all_success": {
        "done": RELEASED,
        "failed": DOOMED,
        "called off": DOOMED,
        "not needed": NEEDLESS,
        "blocked": DOOMED,
        "running": WAITS,
        "torn": DOOMED,
    },
    "all_done": {
        "done": RELEASED,
        "failed": RELEASED,
        "called off": RELEASED,
        "not needed": RELEASED,
        "blocked": RELEASED,
        "running": WAITS,
        "torn": WAITS,
    },
    "one_failed": {
        "done": NEEDLESS,
        "failed": RELEASED,
        "called off": RELEASED,
        "not needed": NEEDLESS,
        "blocked": RELEASED,
        "running": WAITS,
        "torn": WAITS,
    },
    "none_failed": {
        "done": RELEASED,
        "failed": DOOMED,
        "called off": RELEASED,
        "not needed": RELEASED,
        "blocked": DOOMED,
        "running": WAITS,
        "torn": DOOMED,
    },
}

SEVEN = [f"p{n}" for n in range(7)]

CASES = [(when, outcome) for when, verdicts in VERDICTS.items() for outcome in verdicts]


def verdict(shown: Board, name: str = "a") -> str:
    """What becomes of a task, on which the decision, the doom and the reasons must agree."""
    found = decisions(shown)
    codes = [one.code for one in reasons(shown, shown.tasks[uid(name)], NOW, conducted=True)]
    doomed = name in labels(shown, shown.doomed)
    assert ("prerequisite_failed" in codes) == doomed
    assert ("not_needed" in codes) == (f"{name} skipped" in found)
    if f"{name} skipped" in found:
        assert codes == ["not_needed"]
        return NEEDLESS
    if doomed:
        return DOOMED
    assert (f"{name} to w" in found) == (codes == [])
    return RELEASED if f"{name} to w" in found else WAITS


def ready(shown: Board) -> set[str]:
    return labels(shown, (key for queue in shown.ready.values() for _, key in queue))


@pytest.mark.parametrize(("when", "outcome"), CASES)
def test_the_outcome_of_a_need_and_of_a_parent(when: str, outcome: str) -> None:
    wanted = VERDICTS[when][outcome]
    assert verdict(board([*OUTCOMES[outcome], task("a", "p", when=when)])) == wanted
    if outcome != "torn":  # a group's child is a member, and waits for its opening
        assert verdict(board([*OUTCOMES[outcome], task("a", parent="p", when=when)])) == wanted


@pytest.mark.parametrize(
    ("when", "states", "wanted"),
    [
        ("one_failed", [LOST, OPEN], RELEASED),
        ("one_failed", [OPEN, DONE], WAITS),
        ("one_failed", [DONE, DONE], NEEDLESS),
        ("all_done", [LOST, OPEN], WAITS),
        ("all_done", [LOST, DONE], RELEASED),
        ("none_failed", [OFF, DONE], RELEASED),
        ("none_failed", [OFF, OPEN], WAITS),
        ("none_failed", [OFF, LOST], DOOMED),
        ("all_success", [DONE, DONE], RELEASED),
        ("one_failed", [], NEEDLESS),
        ("all_done", [], RELEASED),
    ],
)
def test_several_prerequisites(when: str, states: list[TaskState], wanted: str) -> None:
    names = [f"p{number}" for number in range(len(states))]
    before = [task(name, state=state) for name, state in zip(names, states, strict=True)]
    assert verdict(board([*before, task("a", *names, when=when)])) == wanted
    assert verdict(board([*before, task("a", *reversed(names), when=when)])) == wanted


def test_a_failure_beside_what_was_not_needed_is_a_failure_whatever_came_first() -> None:
    spare = task("spare", when="one_failed", state=OFF, skipped=True)
    shown = board([spare, task("p", state=OPEN), task("a", "spare", "p")])
    assert verdict(shown) == WAITS
    (waits,) = reasons(shown, shown.tasks[uid("a")], NOW, conducted=True)
    assert waits.message == "waits for p (running)"
    see(shown, "p", LOST)
    assert verdict(shown) == DOOMED
    see(shown, "p", DONE)
    assert verdict(shown) == NEEDLESS


def test_every_way_of_waiting_for_it_hears_that_a_need_failed_or_is_blocked_from_afar() -> None:
    waiters = [task(f"on {when}", "p", when=when, agent=when) for when in VERDICTS]
    shown = board([task("far", state=OPEN), task("p", "far"), *waiters], [])
    assert ready(shown) == set()
    see(shown, "far", LOST)
    assert ready(shown) == {"on all_done", "on one_failed"}
    see(shown, "far", PENDING)
    assert ready(shown) == {"far"}


def test_what_is_not_needed_is_called_off_with_all_that_only_it_leads_to() -> None:
    shown = board(
        [
            task("deploy", state=OPEN),
            task("rollback", "deploy", when="one_failed"),
            task("tell", "rollback"),
            task("close", "tell", "deploy", when="none_failed"),
        ]
    )
    assert decisions(shown) == []
    see(shown, "deploy", DONE)
    assert decisions(shown) == ["rollback skipped"]
    see(shown, "rollback", OFF, skipped=True)
    assert decisions(shown) == ["tell skipped"]
    see(shown, "tell", OFF, skipped=True)
    assert decisions(shown) == ["close to w"]


@pytest.mark.parametrize(
    ("tasks", "wanted"),
    [
        ([task("p", state=DONE), task("a", "p", when="one_failed")], "not needed: p did not fail"),
        (
            [
                *(task(f"p{n}", state=DONE) for n in range(7)),
                task("a", *SEVEN, when="one_failed"),
            ],
            "not needed: none of p0, p1, p2, p3, p4 and 2 more failed",
        ),
        ([task("a", when="one_failed")], "not needed: there is nothing that could fail"),
        ([task("p", state=OFF, skipped=True, when="one_failed"), task("a", "p")], "not needed: p was not needed"),
        (
            [
                *(task(f"p{n}", state=OFF, skipped=True, when="one_failed") for n in range(2)),
                task("p", state=DONE),
                task("a", "p0", "p", "p1"),
            ],
            "not needed: p0, p1 were not needed",
        ),
        (
            [group("g", when="one_failed", state=OFF, skipped=True), task("a", parent="g")],
            "not needed: its group g was not needed",
        ),
    ],
)
def test_it_says_why_it_is_not_needed(tasks: list[Task], wanted: str) -> None:
    shown = board(tasks)
    one = shown.tasks[uid("a")]
    assert shown.before.needless_because(one) == wanted
    (reason,) = reasons(shown, one, NOW, conducted=True)
    assert reason.as_dict() == {"code": "not_needed", "message": f"is {wanted}; the conductor calls it off"}


def test_what_was_not_needed_is_taken_up_again_when_it_may_be() -> None:
    rollback = task("rollback", "deploy", when="one_failed", state=OFF, skipped=True)
    shown = board([task("deploy", state=DONE), rollback])
    assert decisions(shown) == []
    see(shown, "deploy", PENDING)
    assert decisions(shown) == ["rollback requeued"], "and only then the rest"
    see(shown, "rollback", PENDING, skipped=False)
    assert decisions(shown) == ["deploy to w"]
    see(shown, "deploy", LOST)
    assert decisions(shown) == ["rollback to w"]


def test_what_a_person_called_off_stays_so() -> None:
    shown = board([task("deploy", state=LOST), task("rollback", "deploy", when="one_failed", state=OFF)])
    assert decisions(shown) == []


def test_a_group_may_have_a_when_and_its_members_go_with_it() -> None:
    tasks = [task("p", state=OPEN), group("g", "p", when="one_failed"), task("m", parent="g"), task("n", "g")]
    shown = board(tasks)
    assert decisions(shown) == []
    see(shown, "p", LOST)
    assert decisions(shown) == ["g started"]
    see(shown, "p", DONE)
    assert decisions(shown) == ["g skipped"]
    see(shown, "g", OFF, skipped=True)
    assert decisions(shown) == ["m skipped", "n skipped"]
    see(shown, "m", OFF, skipped=True)
    see(shown, "n", OFF, skipped=True)
    see(shown, "g", PENDING, skipped=False)
    assert decisions(shown) == ["g skipped"]
    see(shown, "g", OFF, skipped=True)
    assert decisions(shown) == [], "they never came back"
    see(shown, "p", LOST)
    assert decisions(shown) == ["g requeued"]
    see(shown, "g", PENDING, skipped=False)
    assert decisions(shown) == ["m requeued", "n requeued"]


def test_two_in_a_circle_called_each_other_off_and_on_for_ever() -> None:
    spare = task("b", parent="a", state=OFF, skipped=True)
    shown = board([task("a", "b"), spare])
    assert decisions(shown) == ["a skipped"]
    see(shown, "a", OFF, skipped=True)
    assert decisions(shown) == []


def test_a_member_that_waited_for_something_else_goes_with_a_group_that_had_been_open() -> None:
    tasks = [task("p", state=LOST), group("g", "p", when="one_failed", state=OPEN), task("x", agent="nobody")]
    shown = board([*tasks, task("m", "x", parent="g")])
    assert decisions(shown) == []
    see(shown, "g", LOST)
    see(shown, "g", PENDING)
    see(shown, "p", DONE)
    assert decisions(shown) == ["g skipped"]
    see(shown, "g", OFF, skipped=True)
    assert decisions(shown) == ["m skipped"]


def test_when_concerns_prerequisites_and_not_the_opening_of_the_group() -> None:
    shown = board([group("g"), task("p", state=LOST), task("m", "p", parent="g", when="one_failed")])
    assert decisions(shown) == ["g started"]
    see(shown, "g", OPEN)
    assert decisions(shown) == ["m to w"]


def test_a_group_completes_without_those_that_were_not_needed() -> None:
    spare = task("spare", "m", parent="g", when="one_failed")
    shown = board([group("g", state=OPEN), task("m", parent="g", state=DONE), spare])
    assert decisions(shown) == ["spare skipped"]
    see(shown, "spare", OFF, skipped=True)
    assert decisions(shown) == ["g completed"]


def test_a_group_fails_though_the_failure_of_its_member_was_dealt_with() -> None:
    rescue = task("rescue", "m", parent="g", when="one_failed")
    shown = board([group("g", state=OPEN), task("m", parent="g", state=LOST), rescue])
    assert decisions(shown) == ["rescue to w"]
    see(shown, "rescue", DONE)
    assert decisions(shown) == ["g failed"]


def test_a_group_whose_members_are_all_blocked_from_outside_never_ended() -> None:
    tasks = [task("out", state=OPEN), group("g", state=OPEN), task("m", "out", parent="g")]
    shown = board([*tasks, task("clean up", "g", when="all_done")])
    assert decisions(shown) == []
    see(shown, "out", LOST)
    assert decisions(shown) == ["g failed"]
    see(shown, "g", LOST, result="of its tasks, these did not complete: m")
    assert decisions(shown) == ["clean up to w"]
    see(shown, "out", PENDING)
    assert decisions(shown) == ["g requeued"]


def test_a_skipped_member_of_a_closed_group_made_it_open_and_fail_for_ever() -> None:
    spare = task("spare", parent="g", when="one_failed", state=OFF, skipped=True)
    failed = group("g", state=LOST, result="of its tasks, these did not complete: m")
    shown = board([failed, task("m", parent="g", state=LOST), spare])
    assert decisions(shown) == []
