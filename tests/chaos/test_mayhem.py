"""Everything at once, at random: the plan completes, nothing is lost, nothing is doubled."""

import os
import random
import re
import time
from collections.abc import Callable
from contextlib import nullcontext
from itertools import count
from pathlib import Path

import pytest

from tests.chaos.disks import small_disk
from tests.chaos.faults.schedule import FaultFolder, Schedule
from tests.chaos.mayhem import Mayhem
from tests.chaos.run_laws import Verdict, judge
from tests.chaos.steps import VARIABLE, Steps, stormy_plan
from tests.chaos.tally import add
from tests.towns import QUICK_PULSE, house

_CLIENT = ("lost", "reset", "oom")
_SEEDS = (1, 2, 3, 4)
_REGRESSIONS = [
    int(line.split()[0])
    for line in (Path(__file__).parent / "seeds.txt").read_text().splitlines()
    if re.match(r"\d", line)
]
"""Seeds that once failed."""


def _rage(
    folder: Path, seed: int, blows: int, set_variable: Callable[[str, str], object], disk: Path | None = None
) -> None:
    print(f"seed {seed}")  # noqa: T201  shown with the failure
    rng = random.Random(seed)
    plan = stormy_plan(seed)
    steps = Steps(folder / "steps")
    faults = FaultFolder(folder / "faults")
    faults.write(Schedule(client=_CLIENT, rate=rng.choice([0.0, 0.005, 0.02]), seed=seed))
    for name, value in {VARIABLE: str(steps.folder), **faults.environment()}.items():
        set_variable(name, value)
    with house((disk or folder) / "town", QUICK_PULSE) as home:
        home.push(plan.text)
        mayhem = Mayhem(home, plan, steps, faults, rng=rng, disk=disk)
        verdict = Verdict()
        try:
            mayhem.rage(blows)
            verdict = judge(home, plan, steps, mayhem.blows)
        finally:
            _count(mayhem, verdict, len(plan.ends), len(steps.runs()), faults)
        blown = "\n".join(f"{blow.moment:.3f} {blow.kind} {blow.agent or ''}" for blow in mayhem.blows)
        assert not verdict.breaches, "\n".join([*verdict.breaches, blown])
        logs = [*home.root.glob("*.log"), *home.root.glob(".tt/logs/*.log")]
        torn = [log.name for log in logs if "Traceback" in log.read_text(errors="replace")]
        assert not torn, torn


def _count(mayhem: Mayhem, verdict: Verdict, tasks: int, runs: int, faults: FaultFolder) -> None:
    add(
        {
            "plans": 1,
            "tasks": tasks,
            "runs": runs,
            **mayhem.counts,
            "client faults": sum(faults.happened().values()),
            "overlaps": verdict.overlaps,
            "lost": len(verdict.lost),
            "doubled": len(verdict.doubled),
        }
    )


@pytest.mark.timeout(240)
@pytest.mark.parametrize("seed", sorted({*_SEEDS, *_REGRESSIONS}))
def test_mayhem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    _rage(tmp_path, seed, 10, monkeypatch.setenv)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("seed", [11, 12])
def test_mayhem_on_a_disk_that_fills_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    with small_disk(tmp_path / "disk", 16) as disk:
        _rage(tmp_path, seed, 10, monkeypatch.setenv, disk)


@pytest.mark.soak
@pytest.mark.timeout(float(os.environ.get("SOAK_SECONDS", "3600")) + 600)
@pytest.mark.parametrize("disks", [False, True], ids=["plain", "disks"])
def test_mayhem_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, disks: bool) -> None:
    """SOAK_SECONDS says how long, SOAK_SEED where the seeds begin."""
    deadline = time.monotonic() + float(os.environ.get("SOAK_SECONDS", "3600"))
    failed: dict[int, str] = {}
    for seed in count(int(os.environ.get("SOAK_SEED", "1000")) + disks, 2):
        if time.monotonic() >= deadline:
            break
        folder = tmp_path / str(seed)
        folder.mkdir()
        with small_disk(folder / "disk", 16) if disks else nullcontext() as disk:
            try:
                _rage(folder, seed, 10 + seed % 20, monkeypatch.setenv, disk)
            except AssertionError as error:
                failed[seed] = str(error)
    assert not failed, "\n".join(f"seed {seed}: {error}" for seed, error in failed.items())
