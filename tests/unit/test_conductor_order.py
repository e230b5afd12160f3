"""Who goes first: the longest remaining path, also through groups, and at any length."""

from tests.boards import NOW, board, decisions, group, task
from tinytown.states import TaskState
from tinytown.tasks import Priority, Task


def lengths(tasks: list[Task]) -> dict[str, int]:
    """How many tasks the longest chain behind each ready task has."""
    shown = board([one.evolve(state=TaskState.PENDING) for one in tasks])
    return {shown.tasks[key].label: -place[1] for queue in shown.ready.values() for place, key in queue}


def test_a_path_counts_those_who_wait() -> None:
    assert lengths([task("a"), task("b", "a"), task("c", parent="b"), task("d", "a"), task("e")]) == {
        "a": 2,
        "e": 0,
    }


def test_a_path_goes_on_behind_the_group_that_a_member_holds_up() -> None:
    tasks = [group("g", state=TaskState.RUNNING), task("m", parent="g"), task("n", "g"), task("o", "n"), task("x")]
    shown = board(tasks)
    found = {shown.tasks[key].label: -place[1] for place, key in shown.ready["agent", "w"]}
    assert found == {"m": 2, "x": 0}


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
    ]
    shown = board(tasks)
    found = {shown.tasks[key].label: -place[1] for place, key in shown.ready["agent", "w"]}
    assert found == {"deep": 3, "rival": 2}, "last, the opening of k, and its member"


def test_a_chain_of_thousands_is_measured_without_recursion() -> None:
    count = 5000
    by_need = [task("n0"), *(task(f"n{n}", f"n{n - 1}") for n in range(1, count))]
    by_parent = [task("p0"), *(task(f"p{n}", parent=f"p{n - 1}") for n in range(1, count + 1))]
    assert lengths([*by_need, *by_parent]) == {"n0": count - 1, "p0": count}


def test_deeply_nested_groups_are_no_matter_either() -> None:
    count = 1200
    nested = [group("g0"), *(group(f"g{n}", parent=f"g{n - 1}") for n in range(1, count))]
    shown = board([*nested, task("core", parent=f"g{count - 1}"), task("after", "g0")])
    assert decisions(shown) == ["g0 started"]
    assert shown.unfinished(nested[0].id) == count


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
