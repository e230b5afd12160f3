"""When the work will be done: chains, agents, limits, what is under way, and what is up to people."""

from datetime import timedelta
from typing import Any

from conductor.eta import forecast
from conductor.policy import Policy
from tests.boards import NOW, agent, group, task, uid
from tinytown.agents import Agent
from tinytown.forecast import Forecast
from tinytown.states import TaskState
from tinytown.tasks import Priority, Task, When


def foretold(tasks: list[Task], crew: list[Agent] | None = None, **how: Any) -> Forecast:
    found = forecast(
        [one.evolve(order=place) for place, one in enumerate(tasks)],
        [agent("w")] if crew is None else crew,
        how.pop("policy", Policy()),
        NOW,
        **how,
    )
    assert found is not None
    return found


def minutes(tasks: list[Task], crew: list[Agent] | None = None, **how: Any) -> float:
    return foretold(tasks, crew, **how).seconds / 60


def running(name: str, *needs: str, since: float, who: str = "w", **fields: Any) -> Task:
    """A task that an agent began so many minutes ago."""
    begun = NOW - timedelta(minutes=since)
    return task(
        name,
        *needs,
        state=TaskState.RUNNING,
        assigned_to=uid(f"agent {who}"),
        started_at=begun,
        agent=who,
        **fields,
    )


def two() -> list[Agent]:
    return [agent("v"), agent("w")]


def test_one_agent_does_one_task_after_the_other() -> None:
    assert minutes([task("a"), task("b", estimate="10m"), task("c", agent="w", run="x", took=120.0)]) == 13


def test_two_agents_share_what_either_can_do_and_chains_stay_chains() -> None:
    tasks = [task("a", run="x"), task("b", run="x"), task("c", run="x"), task("d", "a", run="x", estimate="5m")]
    assert minutes(tasks, two()) == 6
    assert minutes(tasks, [agent("w")]) == 8


def test_the_longest_path_goes_first_and_priority_before_it() -> None:
    tasks = [
        *(task(f"s{n}", run="x", estimate="1m") for n in range(4)),
        task("long", run="x", estimate="4m"),
    ]
    assert minutes(tasks, two()) == 4, "the long one is begun at once"
    late = [one.evolve(priority=Priority.HIGH) if one.label != "long" else one for one in tasks]
    assert minutes(late, two()) == 6


def test_limits_hold() -> None:
    tasks = [task(f"t{n}", run="x", pool="gpu" if n < 2 else None) for n in range(4)]
    crew = [agent(name) for name in "wxyz"]
    assert minutes(tasks, crew) == 1
    assert minutes(tasks, crew, policy=Policy(max_parallel=2)) == 2
    assert minutes(tasks, crew, policy=Policy(pools={"gpu": 1})) == 2
    assert minutes(tasks, crew, policy=Policy(max_parallel=1, pools={"gpu": 1})) == 4


def test_what_a_running_task_has_spent_is_taken_off() -> None:
    tasks = [running("a", since=8, estimate="10m"), task("b", "a")]
    assert minutes(tasks) == 3


def test_a_running_task_that_takes_longer_than_expected_says_so() -> None:
    found = foretold([running("a", since=8, estimate="5m"), task("b", "a")])
    assert (found.seconds, found.overdue) == (60, True)


def test_what_lies_in_an_agents_inbox_waits_for_that_agent() -> None:
    sent = task("b", run="x").evolve(state=TaskState.ASSIGNED, assigned_to=uid("agent w"))
    assert minutes([running("a", since=0, estimate="5m"), sent], two()) == 6


def test_a_group_opens_and_closes() -> None:
    tasks = [task("z"), group("g", "z"), task("m", parent="g"), task("n", parent="m"), task("after", "g")]
    assert minutes(tasks, two()) == 4


def test_a_group_with_a_failed_member_never_completes() -> None:
    tasks = [
        group("g", state=TaskState.RUNNING),
        task("bad", parent="g", state=TaskState.FAILED),
        task("m", parent="g"),
        task("never", "g"),
        task("cleanup", "g", when=When.ALL_DONE),
    ]
    found = foretold(tasks)
    assert (found.seconds, found.tasks) == (120, 2)


def test_what_only_a_doomed_group_leads_to_is_foreseen_while_others_in_it_go_on() -> None:
    doomed = [
        group("g"),
        task("lost", parent="g", state=TaskState.FAILED),
        task("open", parent="g"),
        task("never", "g"),
        task("at last", "never", when=When.ALL_DONE, agent="v"),
    ]
    assert minutes(doomed, two()) == 1, "nothing waits for the rest of the group, for it cannot complete any more"
    assert foretold(doomed, two()).tasks == 2


def test_a_delayed_task_waits_for_its_time() -> None:
    tasks = [task("a", not_before=NOW + timedelta(minutes=5)), task("b", "a")]
    assert minutes(tasks) == 7


def test_what_can_never_start_does_not_count() -> None:
    tasks = [
        task("bad", state=TaskState.FAILED),
        task("doomed", "bad"),
        task("so too", "doomed"),
        task("cleanup", "so too", when=When.ALL_DONE),
        task("alarm", "bad", when=When.ONE_FAILED),
        task("unheard", "cleanup", when=When.ONE_FAILED),
        task("lonely", "nothing of that name"),
    ]
    found = foretold(tasks)
    assert (found.seconds, found.tasks) == (120, 2)
    assert forecast(tasks[:3], [agent("w")], Policy(), NOW) is None
    assert forecast(tasks, [agent("w")], Policy(on_failure="stop"), NOW) is None


def test_what_is_behind_an_approval_does_not_count() -> None:
    found = foretold([task("a"), task("b", "a", approval=True), task("c", "b")])
    assert (found.seconds, found.tasks, found.eta, found.approvals) == (60, 1, None, ("b",))


def test_a_group_may_wait_for_approval_too() -> None:
    found = foretold([group("g", approval=True), task("m", parent="g")])
    assert (found.tasks, found.approvals) == (0, ("g",))


def test_a_task_that_names_nobody_waits_for_a_claim_unless_somebody_takes_all() -> None:
    tasks = [task("a", agent=None)]
    assert foretold(tasks).unclaimed == ("a",)
    assert minutes(tasks, unassigned_to="w") == 1


def test_an_agent_that_is_not_there_is_reckoned_as_one() -> None:
    found = foretold([task("a", agent="qa"), task("b", agent="qa"), task("c", role="r")])
    assert (found.seconds, found.missing) == (120, ("qa", "r"))


def test_a_replica_and_a_role_are_found() -> None:
    crew = [agent("qa-1", team="qa"), agent("qa-2", team="qa", role="r")]
    found = foretold([task("a", agent="qa"), task("b", agent="qa"), task("c", role="r")], crew)
    assert (found.seconds, found.missing) == (120, ())


def test_without_a_conductor_only_what_is_at_work_goes_on() -> None:
    tasks = [running("a", since=1, estimate="5m"), task("b", "a")]
    found = foretold(tasks, conducted=False)
    assert (found.seconds, found.tasks) == (240, 1)
    assert forecast(tasks[1:], [agent("w")], Policy(), NOW, conducted=False) is None


def test_what_has_completed_teaches_how_long_the_likes_of_it_take() -> None:
    done = task("done", state=TaskState.COMPLETED, took=10.0)
    found = foretold([done, task("a"), task("b"), task("c", agent="x")])
    assert (found.seconds, found.guessed) == (60, 1)


def test_nothing_is_left_of_nothing() -> None:
    assert forecast([], [], Policy(), NOW) is None
    assert forecast([task("a", state=TaskState.COMPLETED)], [], Policy(), NOW) is None


def test_a_chain_of_thousands_needs_no_recursion() -> None:
    count = 5000
    by_need = [task("n0"), *(task(f"n{n}", f"n{n - 1}") for n in range(1, count))]
    by_parent = [task("p0"), *(task(f"p{n}", parent=f"p{n - 1}") for n in range(1, count))]
    assert minutes([*by_need, *by_parent]) == 2 * count
