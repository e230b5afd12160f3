"""A process dies, freezes past its lease, or loses Redis at each place that matters: the plan completes, lawfully."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chaos.faults.schedule import FaultFolder, Schedule, Strike
from tests.chaos.run_laws import Blow, judge
from tests.chaos.steps import Steps, small_plan
from tests.chaos.tally import add
from tests.towns import QUICK_PULSE, House, house, until

_FREEZE_SECONDS = 3.0
"""Longer than the lease of a quick conductor (2 s), and than a heartbeat may be missing (1.5 s)."""

_AGENT = ["before enrolment", "after enrolment", "taken", "before start", "after start", "gated", "exited"]
_AGENT += ["before finish", "after finish"]
_CONDUCTOR = ["before election", "after election", "loaded", "before hiring", "after hiring"]
_CONDUCTOR += ["before release", "after release"]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path / "town", QUICK_PULSE) as made:
        yield made


@pytest.fixture
def fall(home: House, steps: Steps, beset: Callable[[Schedule], FaultFolder]) -> Callable[..., None]:
    """Runs the small plan with these blows, and judges it."""

    def run(*strikes: Strike) -> None:
        folder = beset(Schedule(strikes))
        plan = small_plan()
        home.push(plan.text)
        _conduct(home)
        happened = folder.happened()
        assert sum(happened.values()) == len(strikes), f"only {happened} happened"
        verdict = judge(home, plan, steps, [Blow(time.time() - 30, strike.kind) for strike in strikes])
        add(
            {
                "plans": 1,
                "tasks": len(plan.ends),
                "runs": len(steps.runs()),
                "kills": happened["kill"],
                "freezes": happened["freeze"],
                "client faults": happened["lost"],
                "overlaps": verdict.overlaps,
                "lost": len(verdict.lost),
                "doubled": len(verdict.doubled),
            }
        )
        assert not verdict.breaches, "\n".join(verdict.breaches)

    return run


def _conduct(home: House) -> None:
    """Two conductors, of which one stands by; if both are gone, a third."""
    conductors = [home.conductor("--spawn"), home.conductor("--spawn")]
    until(lambda: all(one.poll() is not None for one in conductors), "the conductors have ended", 60)
    if 0 not in [one.returncode for one in conductors]:
        assert home.conductor("--spawn").wait(60) == 0, "".join(map(home.said, home.conductors))
    said = "".join(map(home.said, home.conductors))
    assert "Traceback" not in said, said


@pytest.mark.parametrize("kind", ["kill", "freeze", "lost"])
@pytest.mark.parametrize("point", _AGENT)
def test_an_agent_is_hit(fall: Callable[..., None], point: str, kind: str) -> None:
    at = 2 if "enrolment" in point else 3
    fall(Strike(point, kind, at, _FREEZE_SECONDS))


@pytest.mark.parametrize("kind", ["kill", "freeze", "lost"])
@pytest.mark.parametrize("point", _CONDUCTOR)
def test_a_conductor_is_hit(fall: Callable[..., None], point: str, kind: str) -> None:
    at = {"before release": 4, "after release": 4}.get(point, 1)
    fall(Strike(point, kind, at, _FREEZE_SECONDS))


@pytest.mark.parametrize("kind", ["kill", "freeze", "lost"])
@pytest.mark.parametrize("point", ["before burial", "after burial"])
def test_a_conductor_that_buries_an_agent_is_hit(fall: Callable[..., None], point: str, kind: str) -> None:
    fall(Strike("after start", "kill", 4), Strike(point, kind, 1, _FREEZE_SECONDS))
