"""The order of tasks and the forecast against plain models, and against what the conductor makes of a plan."""

from collections.abc import Mapping, Sequence
from heapq import heappop, heappush
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from conductor.actions import Advance, Release, Shelve
from conductor.board import Board
from conductor.course import Course
from conductor.decide import decide
from conductor.eta import forecast
from conductor.policy import Policy
from conductor.queues import UNAPPROVED
from tests.boards import NOW, agent
from tests.plans import POLICIES, Plan, chains, plans, tasks_of
from tinytown.agents import Agent
from tinytown.clock import seconds
from tinytown.record import Held
from tinytown.states import TaskState
from tinytown.tasks import Task, When

TIMES = st.none() | st.integers(1, 500).map(float)
STATES = st.sampled_from([*[TaskState.PENDING] * 5, TaskState.COMPLETED, TaskState.FAILED, TaskState.CANCELLED])
CREW = [agent("w0"), agent("w1", role="r"), agent("w2", role="r")]
GHOST = agent("ghost")


@st.composite
def worlds(draw: st.DrawFn, states: st.SearchStrategy[TaskState]) -> tuple[Plan, list[Task]]:
    """A plan and its tasks, some of which have run before."""
    plan = draw(plans())
    tasks = [
        task if task.group else task.evolve(took=draw(TIMES), state=draw(states))
        for task in tasks_of(plan).values()
    ]
    return plan, tasks


def lengths(tasks: Sequence[Task]) -> list[float]:
    """What each takes: as before, else its estimate, else as the others of its kind do, else a minute."""

    def kind(task: Task) -> tuple[object, ...]:
        return (task.agent, task.role, bool(task.run))

    def own(task: Task) -> float:
        likes = [one.took for one in tasks if kind(one) == kind(task) and one.took is not None]
        if task.group:
            return 0.0
        if task.took is not None:
            return task.took
        if task.estimate:
            return seconds(task.estimate)
        return sum(likes) / len(likes) if likes else 60.0

    return [own(task) for task in tasks]


@given(worlds(st.just(TaskState.PENDING)))
def test_the_order_by_what_was_learned_is_that_of_a_plain_model(world: tuple[Plan, list[Task]]) -> None:
    plan, tasks = world
    own = lengths(tasks)
    milliseconds = chains(plan, [round(length * 1000) for length in own])
    longest = dict(zip((task.id for task in tasks), milliseconds, strict=True))
    board = Board("w0")
    board.load_tasks({task.id: Held(task, "") for task in tasks})
    for queue in board.ready.values():
        order = [key for _, key in queue]
        plain = sorted(
            order,
            key=lambda key: (
                -board.tasks[key].priority.rank,
                -longest[key],
                board.tasks[key].order,
            ),
        )
        assert [-place[1] for place, _ in queue] == [longest[key] for key in order]
        assert order == plain
    assert Course(tasks).paths(own) == chains(plan, own)


def conducted(
    tasks: Sequence[Task], agents: Sequence[Agent], policy: Policy, times: Mapping[UUID, float]
) -> tuple[set[str], set[str], set[str]]:
    """What the decisions make of a plan in which everything completes: what ran, what waits for whom."""
    board = Board()
    board.policy = policy
    board.load_tasks({task.id: Held(task, "") for task in tasks})
    board.see_agents({one.id: Held(one, "") for one in agents}, [one.id for one in agents])
    ran: set[str] = set()
    shelved: set[UUID] = set()
    agenda: list[tuple[float, UUID]] = []
    now = 0.0
    while True:
        while actions := decide(board, board.take_unsettled(), shelved, 100):
            for action in actions:
                if isinstance(action, Advance):
                    board.see(action.task, "")
                elif isinstance(action, Shelve):
                    shelved.add(action.task)
                elif isinstance(action, Release):
                    task = board.tasks[action.task].assign(action.agent).start()
                    board.see(task, "")
                    ran.add(task.label)
                    heappush(agenda, (now + times[task.id], task.id))
        if not agenda:
            asked = {board.tasks[key] for _, key in board.ready[UNAPPROVED]}
            waits = {task.label for task in asked if not board.withholds(task)}
            return ran, waits, {board.tasks[key].label for key in shelved}
        now, key = heappop(agenda)
        board.see(board.tasks[key].complete("done"), "")


@settings(max_examples=400, deadline=None)
@given(worlds(STATES), POLICIES)
def test_what_is_foreseen_to_run_is_what_the_conductor_would_run(
    world: tuple[Plan, list[Task]], policy: Policy
) -> None:
    _, tasks = world
    own = lengths(tasks)
    times = {task.id: time for task, time in zip(tasks, own, strict=True)}
    ran, asked, shelved = conducted(tasks, [*CREW, GHOST], policy, times)
    found = forecast(tasks, CREW, policy, NOW)
    if found is None:
        assert not ran | asked | shelved
        return
    assert (found.tasks, set(found.approvals), set(found.unclaimed)) == (len(ran), asked, shelved)
    work = sum(times[task.id] for task in tasks if task.label in ran)
    assert found.missing == (("ghost",) if any(t.agent == "ghost" and t.label in ran for t in tasks) else ())
    most = max((times[task.id] for task in tasks if task.label in ran), default=0.0)
    assert max(work / 4, most) - 0.001 <= found.seconds <= work + 0.001


@settings(deadline=None)
@given(plans())
def test_a_forecast_is_never_shorter_than_the_longest_chain(plan: Plan) -> None:
    free = [task.evolve(approval=False, when=When.ALL_SUCCESS) for task in tasks_of(plan).values()]
    found = forecast(free, CREW, Policy(), NOW, unassigned_to="w0")
    whole = max(chains(plan, lengths(free)), default=0.0)
    assert (found.seconds if found else 0.0) >= whole - 0.001
