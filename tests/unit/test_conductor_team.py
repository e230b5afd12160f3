"""Whom a plan needs and who is missing."""

from conductor.team import Hiring, Member, missing
from tests.boards import agent, board, group, task
from tinytown.agents import Wish
from tinytown.states import AgentState, TaskState

HIRING = Hiring({}, default_cli="claude")


def names(wishes: list[Wish]) -> list[str]:
    return [wish.name for wish in wishes]


def test_whoever_is_named_and_not_alive_is_missing_once_in_the_order_of_the_tasks() -> None:
    tasks = [group("g"), task("a", agent="x", parent="g"), task("b", agent="y"), task("c", agent="x"), task("d")]
    wishes = missing(board(tasks), HIRING)
    assert wishes == [Wish("x", "claude", team="x"), Wish("y", "claude", team="y")]


def test_nobody_is_hired_for_what_ended_or_can_never_start() -> None:
    ended = [task(f"e{state}", agent="x", state=state) for state in (TaskState.COMPLETED, TaskState.CANCELLED)]
    tasks = [*ended, task("f", agent="y", state=TaskState.FAILED), task("g", "f", agent="z")]
    assert missing(board(tasks), HIRING) == []


def test_who_works_still_or_waits_is_needed_still() -> None:
    tasks = [task("a", agent="x", state=TaskState.RUNNING), task("b", "a", agent="y")]
    assert names(missing(board(tasks), HIRING)) == ["x", "y"]


def test_the_dead_and_the_stopped_are_missing_the_paused_and_draining_are_not() -> None:
    states = [AgentState.STOPPED, AgentState.ERROR, AgentState.PAUSED, AgentState.DRAINING, AgentState.STARTING]
    crew = [*(agent(str(state), state) for state in states), agent("dead")]
    shown = board([task(one.name, agent=one.name) for one in crew], crew, dead="dead stopped error")
    assert names(missing(shown, HIRING)) == ["stopped", "error", "dead"]


def test_the_team_says_how_somebody_is_started() -> None:
    team = {"x": Member("x", cli="codex", role="dev"), "many": Member("many", replicas=3)}
    tasks = [task("a", agent="x"), *(task(f"b{number}", agent="many") for number in range(4))]
    shown = board(tasks, [agent("many-2", team="many")])
    assert missing(shown, Hiring(team, "claude")) == [
        Wish("x", "codex", "dev", team="x"),
        Wish("many-1", "claude", team="many"),
        Wish("many-3", "claude", team="many"),
    ]
    assert {wish.cli for wish in missing(shown, Hiring(team, "claude", cli="echo"))} == {"echo"}


def test_a_role_is_filled_by_the_team_or_by_one_of_that_name() -> None:
    shown = board([task("a", role="dev"), task("b", role="qa"), task("c", role="dev")])
    team = {"x": Member("x", role="dev"), "y": Member("y", role="dev")}
    assert names(missing(shown, Hiring(team, "claude"))) == ["x", "y", "qa"]
    assert missing(shown, HIRING)[1] == Wish("qa", "claude", "qa", team="qa")
    crew = [agent("other", role="dev"), agent("paused", AgentState.PAUSED, role="qa")]
    assert missing(board([task("a", role="dev"), task("b", role="qa")], crew), HIRING) == []


def test_an_agent_of_a_role_that_died_was_never_replaced() -> None:
    shown = board([task("a", role="qa")], [agent("qa", AgentState.ERROR, role="qa")], dead="qa")
    assert names(missing(shown, HIRING)) == ["qa"]


def test_commands_need_anybody_or_else_a_shell() -> None:
    tasks = [task("a", run="true"), task("b", run="true")]
    assert missing(board(tasks, []), HIRING) == [Wish("shell", "shell", team="shell")]
    assert missing(board(tasks, [agent("any")]), HIRING) == []
    team = {"shell": Member("shell", replicas=2)}
    assert names(missing(board(tasks, []), Hiring(team, "claude"))) == ["shell-1", "shell-2"]


def test_what_nobody_is_named_for_needs_nobody_unless_somebody_takes_the_rest() -> None:
    tasks = [task("a", agent=None)]
    assert missing(board(tasks, []), HIRING) == []
    assert names(missing(board(tasks, [], to="dev"), HIRING)) == ["dev"]


def test_a_client_is_started_by_nobody_and_sent_no_commands() -> None:
    gone = agent("cursor-1", AgentState.STOPPED, cli="mcp")
    assert missing(board([task("a", agent="cursor-1")], [gone]), HIRING) == []
    here = agent("cursor-1", cli="mcp")
    assert names(missing(board([task("a", run="true")], [here]), HIRING)) == ["shell"]
