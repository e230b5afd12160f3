"""Every pipeline runs to its end, and nothing starts before what it waits for has ended or opened."""

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PLANS = sorted((ROOT / "pipelines").glob("*/tasks.toml"))
TT = [sys.executable, "-c", "import sys; from tinytown.cli import main; sys.exit(main())"]


def tt(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("TINYTOWN_")}
    return subprocess.run(
        [*TT, *words], cwd=folder, env=env, capture_output=True, text=True, timeout=90, check=False
    )


def test_there_are_six_pipelines() -> None:
    names = {plan.parent.name for plan in PLANS}
    assert names == {"auth-api", "quickstart", "review", "tagged", "user-profile", "user-system"}


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.parent.name)
def test_every_task_completes_and_waits_its_turn(plan: Path, tmp_path: Path) -> None:
    folder = tmp_path / plan.parent.name
    shutil.copytree(plan.parent, folder, ignore=shutil.ignore_patterns(".tt"))

    run = tt(folder, "run", "tasks.toml", "--cli", "echo", "--json")

    assert run.returncode == 0, run.stdout + run.stderr
    events = [json.loads(line) for line in run.stdout.splitlines()]
    entries = {entry["id"]: entry for entry in json.loads(tt(folder, "plan", "--json").stdout)["tasks"]}
    assert events[-1]["type"] == "conductor.summary"
    assert events[-1]["tasks"] == {"completed": len(entries)}
    check_order(entries, events)
    assert plan_statuses(folder) == dict.fromkeys(entries, "completed")
    assert not (folder / ".tt" / "redis.sock").exists(), "tt run left its Redis running"


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.parent.name)
def test_a_second_run_has_nothing_to_do_and_again_runs_everything_again(plan: Path, tmp_path: Path) -> None:
    folder = tmp_path / plan.parent.name
    shutil.copytree(plan.parent, folder, ignore=shutil.ignore_patterns(".tt"))
    first = tt(folder, "run", "tasks.toml", "--cli", "echo")
    assert first.returncode == 0, first.stderr
    written = (folder / "tasks.toml").read_bytes()

    second = tt(folder, "run", "tasks.toml", "--cli", "echo", "--json")
    assert second.returncode == 0, second.stderr
    assert [kind for kind in types(second) if kind == "task.started"] == []
    assert (folder / "tasks.toml").read_bytes() == written

    again = tt(folder, "run", "tasks.toml", "--cli", "echo", "--again", "--json")
    assert again.returncode == 0, again.stderr
    assert len([kind for kind in types(again) if kind == "task.started"]) == written.count(b"[[tasks]]")


def test_the_single_agent_tutorial_runs() -> None:
    run = subprocess.run(
        [sys.executable, str(ROOT / "pipelines" / "single_agent.py")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "Agent completed work!" in run.stdout
    assert "State: completed" in run.stdout


def check_order(entries: dict[str, Any], events: list[dict[str, Any]]) -> None:
    """No task starts before its needs and its parent have completed, or its group has opened."""
    started, completed = moments(events, "task.started"), moments(events, "task.completed")
    assert set(started) == set(completed) == set(entries)
    for name, entry in entries.items():
        parent = entry["parent"]
        if parent is not None:
            gate = started[parent] if entries[parent]["group"] else completed[parent]
            assert gate <= started[name], f"{name} started before {parent}"
        for need in entry["needs"]:
            assert completed[need] <= started[name], f"{name} started before {need} completed"


def moments(events: list[dict[str, Any]], kind: str) -> dict[str, datetime]:
    told = [event for event in events if event["type"] == kind]
    assert len({event["plan_id"] for event in told}) == len(told), f"a task has {kind} twice"
    return {event["plan_id"]: datetime.fromisoformat(event["at"]) for event in told}


def types(run: subprocess.CompletedProcess[str]) -> list[str]:
    return [json.loads(line)["type"] for line in run.stdout.splitlines()]


def plan_statuses(folder: Path) -> dict[str, str]:
    import tomllib

    tasks = tomllib.loads((folder / "tasks.toml").read_text())["tasks"]
    return {task["id"]: task["status"] for task in tasks}
