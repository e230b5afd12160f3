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
from tests.simulated_sums import SIMULATED

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
            {
                "plans": 1,
                "tasks": len(run.tasks),
                "attempts": count.attempts,
                "faults": count.faults,
                "events": len(run.events),
                "completed tasks": run.summary.completed,
            }
        )
    return done


def known() -> list[tuple[int, int]]:
    """The seeds that once went wrong, and the most tasks of their plans."""
    lines = (line.split("#")[0].split() for line in _SEEDS.read_text().splitlines())
    return [(int(words[0]), int(words[1])) for words in lines if words]


def tell(record_property: Callable[[str, object], None], done: Counter[str]) -> None:
    """Says how much was done, so that it stands at the end of the tests' output."""
    for name, count in done.items():
        record_property(f"{SIMULATED}{name}", count)


@pytest.mark.parametrize(("seed", "most"), known())
def test_what_once_went_wrong_goes_right(seed: int, most: int) -> None:
    assert live([seed], most)["plans"] == 1


@pytest.mark.parametrize("piece", range(_PIECES))
def test_every_plan_runs_as_promised(piece: int, record_property: Callable[[str, object], None]) -> None:
    done = live(range(piece * _EACH, (piece + 1) * _EACH))
    tell(record_property, done)
    assert done["faults"] > done["plans"]
    assert done["attempts"] > 2 * done["plans"]
    assert done["completed tasks"] > done["plans"]


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_many_more_plans_run_as_promised(record_property: Callable[[str, object], None]) -> None:
    first = int(os.environ.get("TT_SEED", "1000000"))
    tell(record_property, live(range(first, first + _MANY), most=14))
