"""Replies that are lost, connections that break, a Redis that is busy or out of memory: every plan completes."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chaos.faults.schedule import FaultFolder, Schedule
from tests.chaos.faults.wire import KINDS
from tests.chaos.plans import mixed_plan, verify
from tests.chaos.tally import add
from tests.pipelines.test_pipelines_run import PLANS, check_order, plan_statuses, tt
from tests.towns import QUICK_PULSE, House, house

Beset = Callable[[Schedule], FaultFolder]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path / "town", QUICK_PULSE) as made:
        yield made


def _count(folder: FaultFolder, tasks: int) -> None:
    faults = folder.happened()
    assert sum(faults.values()), "nothing went wrong"
    add({"plans": 1, "tasks": tasks, "client faults": sum(faults.values()), **faults})


@pytest.mark.parametrize("kind", KINDS)
def test_a_plan_completes_and_runs_once(home: House, beset: Beset, kind: str) -> None:
    home.push(mixed_plan())
    folder = beset(Schedule(client=(kind,), rate=0.03, seed=1))
    conductor = home.conductor("--spawn")
    assert conductor.wait(90) == 0, home.said(conductor)
    assert set(verify(home).values()) == {1}
    assert "Traceback" not in home.said(conductor)
    _count(folder, 54)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.parent.name)
def test_every_pipeline_completes_and_waits_its_turn(plan: Path, tmp_path: Path, beset: Beset) -> None:
    folder = tmp_path / plan.parent.name
    shutil.copytree(plan.parent, folder, ignore=shutil.ignore_patterns(".tt"))
    faults = beset(Schedule(client=KINDS, rate=0.05, seed=2))
    run = tt(folder, "run", "tasks.toml", "--cli", "echo", "--json")
    assert run.returncode == 0, run.stdout + run.stderr
    entries = {entry["id"]: entry for entry in json.loads(tt(folder, "plan", "--json").stdout)["tasks"]}
    check_order(entries, [json.loads(line) for line in run.stdout.splitlines()])
    assert plan_statuses(folder) == dict.fromkeys(entries, "completed")
    _count(faults, len(entries))
