"""What the README shows a newcomer doing works, in order, as written."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)


def test_the_tutorial_runs_from_its_first_block_to_its_last(tmp_path: Path) -> None:
    script = "\n".join(["set -e", *blocks("sh")])
    env = {name: value for name, value in os.environ.items() if not name.startswith("TINYTOWN_")}
    env["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), env["PATH"]])
    run = subprocess.run(
        ["/bin/sh", "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=100, check=False
    )
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"
    assert run.stdout.count("3 of 3 tasks completed") >= 1
    assert "4 of 4 tasks completed" in run.stdout
    assert "review: " in run.stdout


def test_the_two_commands_of_the_first_screen_are_what_the_gate_runs() -> None:
    gate = (ROOT / ".ci" / "run").read_text()
    for block in blocks("bash"):
        command = block.split("#")[0].strip()
        assert command in gate.splitlines(), command


def test_the_plan_of_the_reference_is_valid(tmp_path: Path) -> None:
    from planner.read import read_plan

    reference = next(block for block in blocks("toml") if "identity across git" in block)
    # The reference shows every key at once; these go only without each other.
    lines = [line for line in reference.splitlines() if not line.startswith(("parent", "needs"))]
    reading = read_plan("\n".join(lines).encode(), str(tmp_path / "tasks.toml"))
    assert reading.plan is not None, reading.text


def test_the_configurations_are_valid(tmp_path: Path) -> None:
    from tinytown import config

    for block in blocks("toml"):
        if "[[tasks]]" not in block:
            (tmp_path / "tinytown.toml").write_text(block)
            config.load(tmp_path)  # refuses what it does not know


def test_every_command_of_the_table_exists() -> None:
    from tinytown.cli.commands import SECTIONS

    known = {name for section in SECTIONS.values() for name in section}
    assert set(re.findall(r"`tt ([a-z]+)", README)) <= known


def test_every_link_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if not target.startswith("http"):
            assert (ROOT / target).exists(), target


def test_the_picture_is_what_tt_draws(tmp_path: Path) -> None:
    tt, plan = Path(sys.executable).parent / "tt", ROOT / "pipelines" / "quickstart" / "tasks.toml"
    command = [str(tt), "plan", "--file", str(plan), "--format", "svg"]
    drawn = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, timeout=30)
    assert drawn.stdout == (ROOT / "docs" / "quickstart.svg").read_bytes()
