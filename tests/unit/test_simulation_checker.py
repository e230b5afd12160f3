"""The checker of simulated runs notices what it is there to notice: each rule is broken once on purpose."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import pytest

import conductor.decide
import conductor.simulation.agent
import conductor.simulation.chief
from conductor.actions import Release
from conductor.board import Board
from conductor.limits import Limit, Limits
from conductor.policy import Policy
from conductor.simulation.agenda import EndlessError
from conductor.simulation.change import Change
from conductor.simulation.faults import Faults
from conductor.simulation.run import Run, simulate
from conductor.simulation.setting import Setting
from conductor.simulation.store import Store
from conductor.team import Hiring, Member
from tests.plans import Line, Plan, tasks_of
from tests.simulated_laws import check_run
from tinytown.report import Report
from tinytown.tasks import Task

CHAIN = tuple(Line("w0", needs=(n - 1,) if n else (), estimate="20s") for n in range(6))
WIDE = tuple(Line("w0", estimate="20s", pool="p", retries=1) for _ in range(12))
CROWD = tuple(Line(who, estimate="20s") for who in ("w1", "ghost", "role", "w1", "ghost"))
TEAM = {"w0": Member("w0", replicas=4)}

Break = Callable[[pytest.MonkeyPatch], None]
Simulation = Callable[[], Run]


def runs(
    plan: Plan, faults: Faults | None = None, policy: Policy | None = None, most: int = 10
) -> Iterator[Simulation]:
    """Some runs of a plan by four agents."""
    setting = Setting(
        tuple(tasks_of(plan).values()),
        policy=policy or Policy(),
        hiring=Hiring(TEAM, "echo"),
        faults=faults or Faults(),
        spread=0.5,
        max_agents=most,
    )
    return (partial(simulate, setting, seed) for seed in range(20))


def noticed(broken: Iterable[Simulation]) -> str:
    """What the checker says of the first run that broke a law."""
    for run in broken:
        try:
            check_run(run())
        except AssertionError as breach:
            return str(breach)
        except EndlessError as error:
            return error.message
    return ""


def release_without_prerequisites(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("conductor.prerequisites.Prerequisites.blocker", lambda self, task: None)  # noqa: ARG005


def forget_the_limits(patch: pytest.MonkeyPatch) -> None:
    def unlimited(self: Limits, task: Task) -> Limit | None:  # noqa: ARG001
        return None

    patch.setattr(Limits, "reached", unlimited)
    patch.setattr(Limits, "full", None)


def ignore_the_lease_and_what_was_read(patch: pytest.MonkeyPatch) -> None:
    def commit(self: Store, change: Change) -> None:
        self._write(change)
        self._changed(change)

    patch.setattr(Store, "commit", commit)


def count_late_reports(patch: pytest.MonkeyPatch) -> None:
    def awaited(self: Report, task: Task, agent: object) -> bool:  # noqa: ARG001
        return not task.ended and task.state == "running"

    patch.setattr(Report, "awaited", awaited)


def retry_for_ever(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("tinytown.ending.may_retry", lambda task: task.attempt < 20)


def crash_without_a_limit(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("tinytown.hands.CRASH_LIMIT", 50)


def drop_ready_tasks(patch: pytest.MonkeyPatch) -> None:
    release = conductor.decide._unlimited  # noqa: SLF001  what is broken is inside

    def most(board: Board, limit: int) -> Iterator[Release]:
        return (one for one in release(board, limit) if board.tasks[one.task].order != 3)

    patch.setattr(conductor.decide, "_unlimited", most)


def never_bury(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(conductor.simulation.chief, "is_lost", lambda *_, **__: False)


def send_nobody_away(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("conductor.staff._make_place", lambda *_: [])


def count_no_places(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("conductor.staff._Places.take", lambda *_: True)
    patch.setattr("conductor.simulation.crew.Crew._others", lambda *_: 0)


def start_whoever_dies(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("tinytown.agents.START_DEATHS", 5)


@pytest.mark.parametrize(
    ("breaking", "broken", "said"),
    [
        (release_without_prerequisites, lambda: runs(CHAIN), "its prerequisites were"),
        (forget_the_limits, lambda: runs(WIDE, policy=Policy(max_parallel=2)), "tasks were at work"),
        (forget_the_limits, lambda: runs(WIDE, policy=Policy(pools={"p": 2})), "in pool p"),
        (
            ignore_the_lease_and_what_was_read,
            lambda: runs(WIDE, Faults(conductor=0.3, freeze=0.3, slow=0.1)),
            "it had completed",
        ),
        (count_late_reports, lambda: runs(WIDE, Faults(freeze=0.8)), "that was another's"),
        (retry_for_ever, lambda: runs(WIDE, Faults(fail=0.9)), "was tried again"),
        (crash_without_a_limit, lambda: runs(WIDE, Faults(freeze=0.9)), "killed"),
        (drop_ready_tasks, lambda: runs(WIDE), "could start, and did not"),
        (never_bury, lambda: runs(WIDE, Faults(crash=0.5)), "did not end"),
        (send_nobody_away, lambda: runs(CROWD, most=2), "could start, and did not"),
        (count_no_places, lambda: runs(CROWD, most=2), "is one too many"),
        (start_whoever_dies, lambda: runs(WIDE, Faults(crash=0.9)), "died at start too often"),
    ],
)
def test_a_broken_rule_is_noticed(
    breaking: Break, broken: Callable[[], Iterator[Simulation]], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert noticed(broken()) == ""
    breaking(monkeypatch)
    assert said in noticed(broken())
