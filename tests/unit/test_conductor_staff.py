"""Who is started and who is sent away, case by case."""

from conductor.actions import Hire, Retire, Staffing
from conductor.board import Board
from conductor.policy import Policy
from conductor.staff import staff
from conductor.team import Hiring, Member
from tests.boards import agent, board, group, see, task
from tinytown.agents import Agent
from tinytown.states import AgentState, TaskState

OPEN, DONE = TaskState.RUNNING, TaskState.COMPLETED
IDLE, STOPPED = AgentState.IDLE, AgentState.STOPPED
MANY = Member("many", replicas=5)


def hiring(*members: Member) -> Hiring:
    return Hiring({member.name: member for member in members}, default_cli="echo")


def said(shown: Board, action: Staffing) -> str:
    if isinstance(action, Retire):
        return f"-{shown.agents[action.agent].value.name}"
    return f"+{action.wish.name}" if isinstance(action, Hire) else f"!{shown.tasks[action.task].label}"


def acts(shown: Board, *members: Member, most: int = 10, barred: str = "", foresight: bool = True) -> str:
    found = staff(shown, hiring(*members), most, barred.split(), foresight=foresight)
    return " ".join(said(shown, one) for one in found)


def hired(name: str, state: AgentState = IDLE) -> Agent:
    return agent(name, state, team=name, hired=True)


def for_many(count: int) -> Board:
    return board([task(f"t{number}", agent="many") for number in range(count)], [])


# As many as the work needs


def test_no_more_replicas_are_started_than_there_are_tasks() -> None:
    assert acts(for_many(0), MANY) == ""
    assert acts(for_many(2), MANY) == "+many-1 +many-2"
    assert acts(for_many(9), MANY) == "+many-1 +many-2 +many-3 +many-4 +many-5"


def test_those_that_live_count() -> None:
    tasks = [task(f"t{number}", agent="many") for number in range(3)]
    crew = [agent("many-2", team="many"), agent("many-3", AgentState.STARTING, team="many")]
    assert acts(board(tasks, crew), MANY) == "+many-1"


def test_whoever_works_is_counted_with_its_task() -> None:
    crew = [agent("many-1", team="many"), agent("many-2", team="many")]
    begun = [task(f"b{number}", agent="many", state=OPEN, assigned_to=crew[number].id) for number in range(2)]
    assert acts(board(begun, crew), MANY) == ""
    assert acts(board([*begun, task("later", "b0", agent="many")], crew), MANY) == "+many-3"


def test_the_replicas_of_a_role_are_shared_by_its_tasks() -> None:
    tasks = [*(task(f"r{number}", role="dev") for number in range(3)), task("x", agent="a")]
    team = [Member("a", role="dev"), Member("b", role="dev", replicas=5)]
    assert acts(board(tasks, []), *team) == "+b-1 +b-2 +b-3 +a"
    assert acts(board(tasks, [agent("a", role="dev"), agent("other", role="dev")]), *team) == "+b-1 +b-2"


def test_a_replica_that_is_named_is_started_as_the_team_says() -> None:
    (action,) = staff(board([task("t", agent="many-3")], []), hiring(Member("many", "codex", replicas=5)), 9)
    assert isinstance(action, Hire)
    assert (action.wish.name, action.wish.cli, action.wish.team) == ("many-3", "codex", "many")


def test_the_idle_timeout_of_the_team_is_the_agents() -> None:
    (action,) = staff(board([task("t", agent="x")], []), hiring(Member("x", idle_timeout=300.0)), 9)
    assert isinstance(action, Hire)
    assert action.wish.idle_timeout == 300.0


def test_what_ended_waits_for_a_failure_or_is_a_group_needs_nobody() -> None:
    lost = task("lost", agent="many", state=TaskState.FAILED)
    tasks = [lost, task("doomed", "lost", agent="many"), task("done", agent="many", state=DONE), group("g")]
    assert acts(board(tasks, []), MANY) == ""


def test_nobody_is_started_on_half_a_plan_or_after_the_stop() -> None:
    shown = for_many(3)
    shown.halted = True
    assert acts(shown, MANY) == ""
    tasks = [task("lost", agent="x", state=TaskState.FAILED), task("a", agent="x"), task("b", "a", agent="y")]
    shown = board(tasks, [])
    shown.policy = Policy(on_failure="stop")
    assert acts(shown) == ""


def test_what_a_limit_keeps_back_calls_nobody_back() -> None:
    crew = [agent(f"many-{number}", STOPPED, team="many") for number in range(1, 6)]
    dead = " ".join(one.name for one in crew)
    shown = board([task(f"t{number}", agent="many") for number in range(4)], crew, dead=dead)
    shown.policy = Policy(max_parallel=2)
    assert acts(shown, MANY) == "+many-1 +many-2"


# Ahead, and back on demand


def test_a_pipeline_is_staffed_before_its_steps_are_ready() -> None:
    tasks = [task("a", agent="x"), task("b", "a", agent="y"), task("c", "b", agent="z")]
    assert acts(board(tasks, [])) == "+x +y +z"
    assert acts(board(tasks, []), foresight=False) == "+x"


def test_who_left_in_good_order_comes_back_only_when_its_task_is_ready() -> None:
    crew = [agent("x"), agent("y", STOPPED), agent("z", AgentState.ERROR)]
    tasks = [task("a", agent="x", state=OPEN, assigned_to=crew[0].id), task("b", "a", agent="y")]
    shown = board([*tasks, task("c", "b", agent="z")], crew, dead="y z")
    assert acts(shown) == "+z"
    see(shown, "a", DONE)
    assert acts(shown, foresight=False) == "+y"


def test_those_of_a_team_come_back_as_many_as_are_needed() -> None:
    crew = [agent(f"many-{number}", STOPPED, team="many") for number in range(1, 6)]
    shown = board([task("a", agent="many"), task("b", agent="many"), task("c", "a", agent="many")], crew, "many-1")
    assert acts(board([], crew, dead="many-1"), MANY) == ""
    assert acts(shown, MANY) == "+many-1 +many-2"


def test_nobody_is_called_for_whom_an_idle_or_starting_agent_could_stand_in() -> None:
    stopped = agent("many-1", STOPPED, team="many")
    for state, wanted in [(IDLE, ""), (AgentState.STARTING, ""), (AgentState.PAUSED, "+many-1")]:
        shown = board([task("a", agent="many")], [stopped, agent("many-2", state, team="many")], dead="many-1")
        assert acts(shown, MANY) == wanted, state


def test_the_most_urgent_work_is_staffed_first() -> None:
    tasks = [task("a", agent="x"), task("b", agent="y"), task("c", "b", agent="z"), task("d", "c", agent="z")]
    assert acts(board(tasks, []), most=1) == "+y"
    assert acts(board(tasks, []), most=2) == "+y +x"


# A full town


def test_no_more_are_started_than_the_town_has_places() -> None:
    assert acts(for_many(9), MANY, most=3) == "+many-1 +many-2 +many-3"
    tasks = [task("a", agent="x"), task("b", "a", agent="y"), task("c", "b", agent="z")]
    assert acts(board(tasks, []), most=2) == "+x +y"


def test_an_idle_hired_agent_makes_place_for_ready_work() -> None:
    shown = board([task("a", agent="x", state=DONE), task("b", "a", agent="y")], [hired("x")])
    assert acts(shown, most=1) == "-x"
    assert acts(shown, most=2) == "+y"


def test_nobody_makes_place_for_work_that_is_not_ready() -> None:
    busy = hired("x")
    tasks = [task("a", agent="x", state=OPEN, assigned_to=busy.id), task("b", "a", agent="y")]
    assert acts(board(tasks, [busy, hired("idle")]), most=2) == ""


def test_who_is_not_needed_later_goes_first_and_no_more_than_must() -> None:
    tasks = [task("a", agent="new"), task("b", "a", agent="x1")]
    shown = board(tasks, [hired("x1"), hired("x2"), hired("x3")])
    assert acts(shown, most=3) == "-x2"


def test_while_one_leaves_no_other_is_sent_away() -> None:
    crew = [hired("x"), hired("y", AgentState.DRAINING)]
    assert acts(board([task("a", agent="new")], crew), most=2) == ""
    assert acts(board([task("a", agent="new"), task("b", agent="newer")], crew), most=2) == "-x"


def test_whoever_works_starts_or_has_work_waiting_stays() -> None:
    busy, starting, named = hired("busy"), hired("starting", AgentState.STARTING), hired("named")
    tasks = [task("b", agent="busy", state=OPEN, assigned_to=busy.id), task("n", agent="named")]
    shown = board([*tasks, task("a", agent="new")], [busy, starting, named])
    assert acts(shown, most=3) == ""


def test_agents_that_people_started_are_never_sent_away() -> None:
    crew = [agent("mine", team="mine"), agent("other")]
    shown = board([task("a", agent="new")], crew)
    assert acts(shown, most=2) == "!a"
    assert acts(board([task("a", agent="new")], [*crew, hired("x")]), most=3) == "-x"


def test_a_full_town_where_somebody_can_do_it_needs_no_words() -> None:
    mine = agent("mine", role="dev")
    begun = task("b", role="dev", state=OPEN, assigned_to=mine.id)
    assert acts(board([begun, task("a", role="dev")], [mine]), Member("x", role="dev"), most=1) == ""


# Who cannot be started


def test_a_quarantined_agent_is_not_started_and_another_of_its_kind_is() -> None:
    assert acts(board([task("a", agent="w")], [agent("w", AgentState.ERROR, failed_starts=3)], dead="w")) == ""
    assert acts(board([task("a", agent="w")], [agent("w", AgentState.ERROR, failed_starts=2)], dead="w")) == "+w"
    bad = agent("many-1", AgentState.ERROR, team="many", failed_starts=3)
    assert acts(board([task("a", agent="many")], [bad], dead="many-1"), MANY) == "+many-2"


def test_who_is_barred_is_left_out() -> None:
    assert acts(for_many(2), MANY, barred="many-1 many-3") == "+many-2 +many-4"
    assert acts(board([task("a", agent="x")], []), barred="x") == ""


def test_a_stand_in_that_was_hired_before_comes_back_though_others_live() -> None:
    busy = agent("w", role="qa")
    begun = task("b", agent="w", state=OPEN, assigned_to=busy.id)
    tasks = [begun, task("a", role="qa"), task("c", run="true")]
    assert acts(board(tasks, [busy])) == ""
    gone = [agent("qa", STOPPED, role="qa", team="qa"), agent("shell", STOPPED, cli="shell", team="shell")]
    assert acts(board(tasks, [busy, *gone], dead="qa shell")) == "+qa +shell"
