"""Thousands of random plans under thousands of random faults, through the door that `tt simulate` uses.

Every run is checked by what its events and its last tasks say. The seeds of runs that once went wrong stand in
`seeds`, one a line, and are run first.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from conductor.simulation.run import simulate
from tests.random_plans import setting_of
from tests.simulated_laws import check_run

_SEEDS = Path(__file__).with_name("seeds") / "simulated_plans.txt"
_RUNS, _PIECES = 6000, 24
_MANY = 50_000
_EACH = _RUNS // _PIECES


def live(seeds: Iterable[int], most: int = 9) -> Counter[str]:
    """Runs a plan for each seed and checks it. Returns how much that was."""
    done: Counter[str] = Counter()
    for seed in seeds:
        setting = setting_of(seed, most)
        try:
            run = simulate(setting, seed)
            count = check_run(run)
        except Exception as error:
            error.add_note(f"plan and faults are those of seed {seed}, at most {most} tasks")
            raise
        done += Counter(
            plans=1,
            tasks=len(run.tasks),
            attempts=count.attempts,
            faults=count.faults,
            events=len(run.events),
            completed=run.summary.completed,
        )
    return done


def known() -> list[int]:
    """The seeds that once went wrong."""
    lines = (line.split("#")[0].strip() for line in _SEEDS.read_text().splitlines())
    return [int(line) for line in lines if line]


def test_what_once_went_wrong_goes_right() -> None:
    assert live(known())["plans"] == len(known())


@pytest.mark.parametrize("piece", range(_PIECES))
def test_every_plan_runs_as_promised(piece: int, record_property: Callable[[str, object], None]) -> None:
    done = live(range(piece * _EACH, (piece + 1) * _EACH))
    for name, count in done.items():
        record_property(name, count)
    assert done["faults"] > done["plans"]
    assert done["attempts"] > 2 * done["plans"]
    assert done["completed"] > done["plans"]


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_many_more_plans_run_as_promised(record_property: Callable[[str, object], None]) -> None:
    first = int(os.environ.get("TT_SEED", "1000000"))
    for name, count in live(range(first, first + _MANY), most=14).items():
        record_property(name, count)
