"""What a simulation says: what held a plan up, what would help, and its picture."""

from dataclasses import replace

from conductor.policy import Policy
from conductor.simulation.attempts import Attempt, attempts
from conductor.simulation.chain import chain
from conductor.simulation.faults import Faults
from conductor.simulation.hints import hints
from conductor.simulation.many import simulate_many
from conductor.simulation.report import Report
from conductor.simulation.run import simulate
from conductor.simulation.setting import Setting
from conductor.simulation.steps import SECOND
from conductor.simulation.timeline import brief, timeline
from conductor.team import Hiring, Member
from tests.plans import Line, tasks_of
from tinytown.ids import task_id

TEAM = {"w0": Member("w0", replicas=3)}


def setting(*lines: Line, policy: Policy | None = None, faults: Faults | None = None) -> Setting:
    """A plan of some tasks, for three agents called w0."""
    return Setting(
        tuple(tasks_of(lines).values()),
        policy=policy or Policy(),
        hiring=Hiring(TEAM, "echo"),
        faults=faults or Faults(),
    )


def held_up(one: Setting, seed: int = 0) -> list[tuple[str, str]]:
    """The chain of a run: each task and what it had waited for."""
    run = simulate(one, seed)
    return [(link.attempt.label, link.why) for link in chain(run, attempts(run))]


def test_a_chain_goes_through_groups() -> None:
    group = Line(needs=(4,))
    shorter, longer = Line("w0", 0, estimate="1m"), Line("w0", 0, estimate="5m")
    after, first = Line("w0", needs=(0,), estimate="1m"), Line("w0", estimate="1m")
    assert held_up(setting(group, shorter, longer, after, first)) == [
        ("t4", "start of w0-1"),
        ("t2", "after t4"),
        ("t3", "after t2"),
    ]


def test_a_chain_names_the_limit_or_else_the_agent_that_was_busy() -> None:
    tasks = [Line("w0", pool="p", estimate="1m")] * 2
    assert held_up(setting(*tasks, policy=Policy(pools={"p": 1})))[1] == ("t1", 'pool "p" was full with t0')
    assert held_up(setting(*tasks, policy=Policy(max_parallel=1)))[1] == ("t1", "max_parallel was reached with t0")
    assert held_up(setting(*tasks * 2))[1] == ("t3", "w0-1 was busy with t0")


def test_a_chain_names_the_attempt_that_failed_before() -> None:
    faults = Faults(fail=0.5)
    failing = setting(Line("w0", retries=2, estimate="1m"), faults=faults)
    chains = [held_up(failing, seed) for seed in range(10)]
    assert [("t0", "start of w0-1"), ("t0", "attempt 1: exit status 1, pause 20s")] in chains


def test_what_would_help_is_measured() -> None:
    pool = setting(*[Line("w0", pool="p", estimate="10m")] * 6, policy=Policy(pools={"p": 1}))
    assert [hint.what for hint in hints(simulate_many(pool, [0]))] == ['pool "p" of 3']
    parallel = setting(*[Line("w0", estimate="10m")] * 3, policy=Policy(max_parallel=1))
    assert [hint.what for hint in hints(simulate_many(parallel, [0]))] == ["max_parallel = 3"]
    agents = setting(*[Line("w0", estimate="10m")] * 4)
    found = hints(simulate_many(agents, [0, 1]))
    assert [hint.what for hint in found] == ["1 more replica of w0"]
    assert found[0].saves // SECOND == 600
    crowd = setting(*[Line(who, estimate="10m") for who in ("w0", "w1", "ghost")])
    found = hints(simulate_many(replace(crowd, max_agents=1), [0]))
    assert [hint.what for hint in found] == ["max_agents = 3"]
    assert hints(simulate_many(setting(Line("w0")), [0])) == []


def test_the_makespan_is_that_of_runs_that_got_through() -> None:
    failing = setting(Line("w0", estimate="10m"), Line("w0", needs=(0,)), faults=Faults(fail=0.3))
    many = simulate_many(failing, range(20))
    assert not many.ok
    assert many.middle.ok
    assert many.makespan(0.0) == many.makespan(1.0) == many.middle.makespan
    assert dict(many.failing())["t1"] == len(many.bad_seeds())


def test_agents_are_in_the_order_of_their_numbers() -> None:
    wide = setting(*[Line("w0", estimate="1m")] * 12)
    team = {"w0": Member("w0", replicas=11)}
    many = simulate_many(Setting(wide.tasks, hiring=Hiring(team, "echo"), max_agents=11), [0])
    uses = Report("tasks.toml", many, ((), 0.0), []).uses()
    assert [use.agent for use in uses] == [f"w0-{number}" for number in range(1, 12)]
    assert sum(use.attempts for use in uses) == 12


def made(label: str, start: int, end: int, how: str = "completed", why: str = "") -> Attempt:
    return Attempt(task_id("x", label), label, 1, "w", start * SECOND, start * SECOND, end * SECOND, how, why)


def test_a_picture_shows_ends_of_every_kind_within_its_width() -> None:
    rows = [
        made("build", 0, 30),
        made("test", 30, 45, "failed"),
        made("b", 45, 46),
        made("c", 46, 47),
        made("deploy", 60, 80, "requeued", "agent w died"),
        made("wait", 80, 100, "requeued"),
    ]
    lines = timeline(rows, ["w"], 100 * SECOND, 52)
    assert lines == [
        "  0              30s            1m             1m30s",
        "w [build--------][test-x##······[deploy--![wait----~",
    ]


def test_moments_of_the_axis() -> None:
    assert [brief(secs) for secs in (0, 90, 1200, 5400, 86_400)] == ["0", "1m30s", "20m", "1h30m", "1d"]
