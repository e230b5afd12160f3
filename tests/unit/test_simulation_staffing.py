"""Who comes and goes in a simulated town: as the real conductor decides, and for the same reasons."""

from collections import Counter
from dataclasses import replace

from conductor.simulation.attempts import attempts
from conductor.simulation.chain import chain
from conductor.simulation.faults import Faults
from conductor.simulation.lives import lives
from conductor.simulation.many import simulate_many
from conductor.simulation.report import Report
from conductor.simulation.run import Run, simulate
from conductor.simulation.setting import Setting
from conductor.simulation.steps import SECOND
from conductor.team import Hiring, Member
from tests.plans import Line, tasks_of
from tests.simulated_laws import check_run

FOUR = Setting(
    tuple(tasks_of(tuple(Line(who, estimate="1m") for who in ("w0", "w1", "ghost", "role"))).values()), max_agents=2
)
APART = Setting(
    tuple(
        tasks_of(
            (Line("w0", estimate="1m"), Line("w1", needs=(0,), estimate="1h"), Line("w0", needs=(1,)))
        ).values()
    )
)
"""Its first agent has nothing to do for an hour."""


def happened(run: Run, agent: str) -> list[str]:
    """What became of an agent, in order, but for its states at work."""
    return [event.type.removeprefix("agent.") for event in run.events if event.agent == agent and not event.task]


def with_timeout(seconds: float) -> Setting:
    team = {"w0": Member("w0", idle_timeout=seconds)}
    return replace(APART, hiring=Hiring(team, "echo"))


def test_a_plan_of_four_agents_completes_in_a_town_of_two() -> None:
    run = simulate(FOUR)
    check_run(run)
    assert run.ok
    assert sorted(held.value.name for held in run.board.agents.values()) == ["ghost", "r", "w0", "w1"]
    assert Counter(event.type for event in run.events)["agent.draining"] == 2
    assert 120 <= run.makespan / SECOND < 125


def test_an_agent_leaves_after_its_idle_timeout_and_comes_back_on_demand() -> None:
    run = simulate(with_timeout(90.0))
    check_run(run)
    assert run.ok
    assert happened(run, "w0") == ["starting", "idle", "stopped"] * 2
    first, second = lives(run)["w0"]
    assert first.over is not None
    assert round(first.over / SECOND) == 60 + 90
    assert 3660 <= second.called / SECOND < 3661
    assert happened(simulate(with_timeout(4000.0)), "w0") == ["starting", "idle", "stopped"]


def test_the_town_s_idle_timeout_holds_for_those_who_have_none() -> None:
    run = simulate(replace(with_timeout(4000.0), idle_timeout=30.0))
    assert [len(lives(run)[name]) for name in ("w0", "w1")] == [1, 2]
    assert happened(simulate(APART), "w0") == ["starting", "idle"]


def test_an_agent_that_came_back_is_one_line_and_no_gap_in_the_chain() -> None:
    one = with_timeout(90.0)
    run = simulate(one)
    assert [(link.attempt.label, link.why) for link in chain(run, attempts(run))] == [
        ("t0", "start of w0"),
        ("t1", "after t0"),
        ("t2", "after t1"),
    ]
    uses = Report("tasks.toml", simulate_many(one, [0]), ((), 0.0), []).uses()
    assert [(use.agent, use.attempts) for use in uses] == [("w0", 2), ("w1", 1)]


def test_who_dies_at_start_again_and_again_is_started_no_more() -> None:
    run = simulate(replace(APART, faults=Faults(crash=1.0)))
    check_run(run)
    assert happened(run, "w0") == [*["starting", "error"] * 3, "quarantined"]
    assert run.summary.unfinished[0].why.startswith('agent "w0"')


def test_agents_are_hired_and_count_their_rounds() -> None:
    run = simulate(APART)
    assert {held.value.name: (held.value.hired, held.value.rounds) for held in run.board.agents.values()} == {
        "w0": (True, 2),
        "w1": (True, 1),
    }
