"""A process dies, freezes past its lease, or loses Redis at each place that matters: every plan completes."""

import importlib
import time
from collections.abc import Callable, Iterator
from operator import attrgetter
from pathlib import Path

import pytest

from tests.chaos.faults.points import CALLS, COMMITS, RETURNS
from tests.chaos.faults.schedule import FaultFolder, Schedule, Strike
from tests.chaos.run_laws import Blow, judge
from tests.chaos.steps import Steps, small_plan
from tests.chaos.tally import add
from tests.towns import QUICK_PULSE, House, house, processes_in, until
from tinytown.ids import CONDUCTOR_ID

_FREEZE_SECONDS = 2.5
"""Longer than the lease of a quick conductor (2 s), and than a heartbeat may be missing (1.5 s)."""

_KINDS = ("kill", "freeze", "lost")

_PASSAGES = {
    "before enrolment": (1, 2, 3),
    "after enrolment": (1, 2, 3),
    "taken": (2, 4, 6),
    "before start": (2, 4, 6),
    "after start": (2, 4, 6),
    "gated": (2, 4, 6),
    "exited": (2, 4, 6),
    "before finish": (2, 4, 6),
    "after finish": (2, 4, 6),
    "before election": (1, 2, 2),
    "after election": (1, 2, 3),
    "loaded": (1, 2, 3),
    "before hiring": (1, 2, 3),
    "after hiring": (1, 2, 3),
    "before release": (2, 3, 4),
    "after release": (2, 3, 4),
    "before burial": (1, 2, 3),
    "after burial": (1, 2, 3),
}
"""Which passage of a point each kind of blow hits."""

_DEATHS = {
    "before burial": (Strike("after start", "kill", 3),),
    "after burial": tuple(Strike("after start", "kill", at) for at in (2, 4, 6)),
}
"""Who must die for an agent to be buried."""


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


@pytest.mark.parametrize("place", sorted({*COMMITS, *RETURNS, *CALLS}))
def test_every_point_is_a_place_in_the_program(place: str) -> None:
    module = importlib.import_module(place)
    for where in {**COMMITS.get(place, {}), **RETURNS.get(place, {}), **CALLS.get(place, {})}:
        assert callable(attrgetter(where)(module))


@pytest.mark.parametrize("point", _PASSAGES)
def test_one_dies_one_freezes_and_one_loses_redis_there(fall: Callable[..., None], point: str) -> None:
    blows = zip(_KINDS, _PASSAGES[point], strict=True)
    fall(*_DEATHS.get(point, ()), *(Strike(point, kind, at, _FREEZE_SECONDS) for kind, at in blows))


@pytest.mark.soak
@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("point", _PASSAGES)
def test_only_one_is_hit_there(fall: Callable[..., None], point: str, kind: str) -> None:
    fall(*_DEATHS.get(point, ())[:1], Strike(point, kind, _PASSAGES[point][0], _FREEZE_SECONDS))


@pytest.mark.parametrize("kind", ["kill", "freeze"])
def test_an_agent_is_hit_when_it_has_kept_its_result_on_disk(fall: Callable[..., None], kind: str) -> None:
    fall(Strike("before finish", "lost", 2), Strike("kept", kind, 1, _FREEZE_SECONDS))


@pytest.mark.parametrize("kind", ["kill", "freeze"])
def test_an_agent_is_hit_right_before_it_lets_its_command_go(fall: Callable[..., None], kind: str) -> None:
    fall(Strike("go", kind, 3, _FREEZE_SECONDS))


@pytest.mark.parametrize("kind", _KINDS)
def test_an_agent_is_hit_when_it_has_answered_a_message(
    home: House, beset: Callable[[Schedule], FaultFolder], kind: str
) -> None:
    folder = beset(Schedule((Strike("after answer", kind, 1, _FREEZE_SECONDS),)))
    agent = home.spawn("hand")
    home.conductor("--watch", "--spawn")
    ping = agent.send("ping")
    until(lambda: folder.happened()[kind] == 1, "it happened")
    task = agent.assign("echo on")
    if kind == "kill":
        home.spawn("hand")
    assert home.ended(task).result == "on"
    answers = [message.correlation_id for message in home.town.channel.peek(CONDUCTOR_ID)]
    assert answers == [ping]


def test_an_agent_whose_first_look_at_redis_is_lost_starts(
    beset: Callable[[Schedule], FaultFolder], home: House
) -> None:
    folder = beset(Schedule((Strike("looked", "lost", 1),)))
    assert home.ended(home.spawn("hand").assign("echo here")).result == "here"
    assert folder.happened()["lost"] == 1


@pytest.mark.parametrize("point", ["before farewell", "after farewell", "acknowledged"])
def test_an_agent_that_loses_redis_while_it_stops_stops(
    beset: Callable[[Schedule], FaultFolder], home: House, point: str
) -> None:
    folder = beset(Schedule((Strike(point, "lost", 1),)))
    agent = home.spawn("hand")
    agent.send("shutdown")
    assert agent.wait(10).state == "stopped"
    until(lambda: not any("tinytown.worker" in line for line in processes_in(home.root).values()), "it is gone")
    assert folder.happened()["lost"] == 1
    assert "ERROR" not in home.log("hand")


def test_an_agent_whose_registration_is_not_confirmed_is_started_once(
    beset: Callable[[Schedule], FaultFolder], home: House
) -> None:
    folder = beset(Schedule((Strike("after hiring", "lost", 1),)))
    home.push('[[tasks]]\nid = "a"\nagent = "hand"\nrun = "true"\n')
    assert home.conductor("--spawn").wait(30) == 0
    assert folder.happened()["lost"] == 1
    assert home.events("agent.error") == []
    assert len(home.events("agent.idle")) >= 1
