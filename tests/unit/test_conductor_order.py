"""Who goes first: the longest remaining path, also through groups, and at any length."""

from conductor.board import Board
from tests.boards import NOW, board, decisions, group, see, task, uid
from tinytown.record import Held
from tinytown.states import TaskState
from tinytown.tasks import Priority, Task


def lengths(tasks: list[Task]) -> dict[str, int]:
    """How many minutes the longest chain takes that begins with each ready task."""
    return minutes(board([one.evolve(state=TaskState.PENDING) for one in tasks]))


def minutes(shown: Board) -> dict[str, int]:
    return {shown.tasks[key].label: -place[1] // 60_000 for queue in shown.ready.values() for place, key in queue}


def test_a_path_counts_those_who_wait() -> None:
    assert lengths([task("a"), task("b", "a"), task("c", parent="b"), task("d", "a"), task("e")]) == {
        "a": 3,
        "e": 1,
    }


def test_a_path_goes_on_behind_the_group_that_a_member_holds_up() -> None:
    tasks = [group("g", state=TaskState.RUNNING), task("m", parent="g"), task("n", "g"), task("o", "n"), task("x")]
    assert minutes(board(tasks)) == {"m": 3, "x": 1}


def test_a_path_goes_through_nested_groups_and_the_members_of_later_ones() -> None:
    tasks = [
        group("g", state=TaskState.RUNNING),
        group("h", parent="g", state=TaskState.RUNNING),
        task("deep", parent="h"),
        task("last", "g"),
        group("k", "last"),
        task("in k", parent="k"),
        task("rival"),
        task("r2", "rival"),
        task("r3", "r2"),
        task("r4", "r3"),
    ]
    assert minutes(board(tasks)) == {"deep": 3, "rival": 4}, "groups take no time"


def test_estimates_decide_where_there_are_some_and_a_minute_where_there_are_none() -> None:
    tasks = [
        task("short", estimate="30m"),
        task("long", estimate="2h"),
        task("first", estimate="1m"),
        task("then", "first", estimate="3h"),
        *[task(f"c{n}", *([f"c{n - 1}"] if n else [])) for n in range(5)],
        task("nonsense", estimate="soon"),
    ]
    assert minutes(board(tasks)) == {"first": 181, "long": 120, "short": 30, "c0": 5, "nonsense": 1}


def test_the_longest_path_goes_first_even_if_it_is_one_long_task() -> None:
    shown = board([task("a"), task("b", "a"), task("c", estimate="5m")])
    assert decisions(shown) == ["c to w", "a to w"]


def test_a_task_that_came_alone_went_behind_all_others() -> None:
    shown = board([task("a", estimate="30s")])
    shown.see(Task.new("by hand", id=uid("new"), agent="w"))
    assert decisions(shown)[0] == f"{str(uid('new'))[:8]} to w", "its minute is longer"


def test_a_changed_estimate_changes_the_order() -> None:
    shown = board([task("a"), task("b")])
    see(shown, "b", TaskState.PENDING, estimate="1h")
    assert decisions(shown) == ["b to w", "a to w"]


def test_a_chain_of_thousands_is_measured_without_recursion() -> None:
    count = 5000
    by_need = [task("n0"), *(task(f"n{n}", f"n{n - 1}") for n in range(1, count))]
    by_parent = [task("p0"), *(task(f"p{n}", parent=f"p{n - 1}") for n in range(1, count + 1))]
    assert lengths([*by_need, *by_parent]) == {"n0": count, "p0": count + 1}


def test_deeply_nested_groups_are_no_matter_either() -> None:
    count = 1200
    nested = [group("g0"), *(group(f"g{n}", parent=f"g{n - 1}") for n in range(1, count))]
    shown = board([*nested, task("core", parent=f"g{count - 1}"), task("after", "g0")])
    assert decisions(shown) == ["g0 started"]
    assert shown.groups.unfinished(nested[0].id) == count


def test_among_equals_the_plan_decides_and_then_age() -> None:
    tasks = [task("b"), task("a"), task("low", priority=Priority.LOW), task("high", priority=Priority.HIGH)]
    shown = board(tasks)
    assert [shown.tasks[key].label for _, key in shown.ready["agent", "w"]] == ["high", "b", "a", "low"]
    young = Task.new("young", agent="w", plan_id="young")
    old = Task.new("old", agent="w", plan_id="old", created_at=NOW)
    shown.see(young)
    shown.see(old)
    order = [shown.tasks[key].label for _, key in shown.ready["agent", "w"]]
    assert order.index("old") < order.index("young")


def test_what_a_task_took_counts_before_its_estimate_and_teaches_about_its_likes() -> None:
    tasks = [
        task("slow", estimate="1m", took=1200.0),
        task("quick", estimate="2h", took=60.0),
        task("unknown"),
        task("estimated", estimate="15m"),
        task("other", run="x"),
    ]
    assert lengths(tasks) == {"slow": 20, "estimated": 15, "unknown": 10, "quick": 1, "other": 1}


def test_what_is_learned_meanwhile_counts_from_the_next_reload() -> None:
    shown = board([task("a"), task("b"), task("c", "done"), task("done", state=TaskState.RUNNING)])
    see(shown, "done", TaskState.COMPLETED, took=600.0)
    assert minutes(shown) == {"a": 1, "b": 1, "c": 1}
    shown.load_tasks({key: Held.of(value) for key, value in shown.tasks.items()})
    assert minutes(shown) == {"a": 10, "b": 10, "c": 10}


def test_a_task_that_came_alone_is_judged_by_its_likes() -> None:
    shown = board([task("ran", state=TaskState.COMPLETED, took=600.0), task("a", estimate="5m")])
    shown.see(Task.new("by hand", id=uid("new"), agent="w"))
    assert decisions(shown)[0] == f"{str(uid('new'))[:8]} to w", "its ten minutes are longer"
