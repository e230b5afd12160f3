"""Every pipeline gets through in a simulation, without faults and with some."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.pipelines.test_pipelines_run import PLANS, tt


def simulated(plan: Path, folder: Path, *options: str) -> Any:
    done = tt(folder, "simulate", str(plan), "--no-hints", "--json", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.parent.name)
def test_every_pipeline_gets_through(plan: Path, tmp_path: Path) -> None:
    entries = json.loads(tt(tmp_path, "plan", "--file", str(plan), "--json").stdout)["tasks"]
    tasks = {entry["id"] for entry in entries if not entry["group"]}
    calm = simulated(plan, tmp_path, "--again")
    assert {one["id"] for one in calm["run"]["attempts"] if one["end"] == "completed"} == tasks
    assert calm["run"]["tasks"] == {"completed": len(entries)}
    assert calm["makespan"]["min"] >= 0.7 * calm["planned"]["seconds"]
    stormy = simulated(plan, tmp_path, "--again", "--crash", "5%", "--freeze", "5%", "--conductor-crash", "5%")
    assert stormy["run"]["tasks"] == {"completed": len(entries)}
    assert list(tmp_path.iterdir()) == []
