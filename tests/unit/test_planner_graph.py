"""What waits for what."""

from dataclasses import dataclass

from planner.graph import Graph, Tie, Wait, groups


@dataclass(frozen=True)
class T:
    """A task as the graph sees it."""

    id: str
    parent: str | None = None
    needs: tuple[str, ...] = ()
    agent: str | None = None
    role: str | None = None
    run: str | None = None


def graph(*tasks: T) -> Graph:
    return Graph(tasks, groups(tasks))


def test_groups_have_children_and_nobody_to_do_them() -> None:
    tasks = [T("g"), T("a", "g"), T("p", run="x"), T("b", "p"), T("leaf"), T("r", role="q"), T("c", "r")]
    assert groups(tasks) == {"g"}


def test_waves_count_what_comes_before() -> None:
    waves = graph(
        T("a", run="x"),
        T("b", "a"),
        T("c", needs=("a", "b")),
        T("lone"),
        T("nowhere", "unknown", ("unknown",)),
    ).waves()
    assert waves == {"a": 1, "b": 2, "c": 3, "lone": 1, "nowhere": 1}


def test_members_start_with_their_group_and_it_ends_after_all_below() -> None:
    waves = graph(
        T("before"),
        T("g", needs=("before",)),
        T("m", "g", agent="x"),
        T("below", "m"),
        T("inner", "g"),
        T("deep", "inner"),
        T("after", needs=("g",)),
    ).waves()
    assert waves == {"before": 1, "g": 2, "m": 2, "below": 3, "inner": 2, "deep": 2, "after": 4}


def test_no_circle_where_a_child_needs_its_sibling() -> None:
    assert graph(T("g"), T("a", "g"), T("b", "g", ("a",))).cycles() == []


def test_a_parent_that_is_needed_too_is_no_circle() -> None:
    found = graph(T("p", run="x"), T("c", "p", ("p",)))
    assert found.cycles() == []
    assert found.waves() == {"p": 1, "c": 2}


def test_a_circle_begins_with_its_first_task() -> None:
    (circle,) = graph(T("z"), T("c", needs=("a",)), T("a", needs=("b",)), T("b", needs=("c",))).cycles()
    assert circle == (
        Wait("c", Tie.NEED, "a"),
        Wait("a", Tie.NEED, "b"),
        Wait("b", Tie.NEED, "c"),
    )


def test_a_member_that_needs_its_own_group() -> None:
    (circle,) = graph(T("g"), T("m", "g", ("g",))).cycles()
    assert set(circle) == {Wait("m", Tie.NEED, "g"), Wait("g", Tie.GROUP, "m")}


def test_a_grandchild_below_an_ordinary_task_that_needs_the_group() -> None:
    (circle,) = graph(T("g"), T("m", "g", run="x"), T("below", "m", ("g",))).cycles()
    assert set(circle) == {Wait("below", Tie.NEED, "g"), Wait("g", Tie.GROUP, "below")}


def test_two_groups_that_wait_for_each_others_members() -> None:
    (circle,) = graph(T("g"), T("a", "g", ("h",)), T("h"), T("b", "h", ("g",))).cycles()
    assert [wait.task for wait in circle] == ["g", "a", "h", "b"]


def test_parents_in_a_circle_are_told_once() -> None:
    for tasks in ((T("a", "b"), T("b", "a")), (T("a", "b", run="x"), T("b", "a", run="x"))):
        assert len(graph(*tasks).cycles()) == 1


def test_circles_apart_are_told_apart() -> None:
    found = graph(T("a", needs=("b",)), T("b", needs=("a",)), T("c", needs=("d",)), T("d", needs=("c",)))
    assert [circle[0].task for circle in found.cycles()] == ["a", "c"]


def test_of_many_circles_in_a_knot_a_short_one_is_told() -> None:
    ring = [T(f"t{n}", needs=(f"t{(n + 1) % 50}",)) for n in range(1, 50)]
    (circle,) = graph(T("t0", needs=("t1", "t49")), *ring).cycles()
    assert [wait.task for wait in circle] == ["t0", "t49"]


def test_a_tie_to_oneself_is_left_to_another_rule() -> None:
    assert graph(T("a", "a", ("a",))).cycles() == []


def test_deep_groups_have_few_ties() -> None:
    tasks = [T("g0"), *(T(f"g{n}", f"g{n - 1}") for n in range(1, 5000))]
    found = graph(*tasks)
    assert found.cycles() == []
    assert found.waves()["g4999"] == 1
    assert sum(map(len, found._after)) < 20_000  # noqa: SLF001  the size is the point
