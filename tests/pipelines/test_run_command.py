"""`tt run` and `tt conductor`: what they judge by, and what they leave alone."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

TT = [sys.executable, "-c", "import sys; from tinytown.cli import main; sys.exit(main())"]


class Town:
    """A folder in which `tt` is run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def tt(self, *words: str) -> subprocess.CompletedProcess[str]:
        env = {name: value for name, value in os.environ.items() if not name.startswith("TINYTOWN_")}
        return subprocess.run(
            [*TT, *words], cwd=self.folder, env=env, capture_output=True, text=True, timeout=60, check=False
        )

    def plan(self, *runs: tuple[str, str], name: str = "tasks.toml") -> None:
        entries = [f'[[tasks]]\nid = "{task}"\nrun = "{run}"\n' for task, run in runs]
        (self.folder / name).write_text("\n".join(entries))

    def times(self, file: str) -> int:
        return len((self.folder / file).read_text().splitlines())


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    here = Town(tmp_path)
    yield here
    if (tmp_path / "tinytown.toml").exists():
        here.tt("stop")


def test_again_ran_tasks_that_are_not_in_the_file(town: Town) -> None:
    town.plan(("deploy", "echo x >> deploys"), ("x", "echo x >> runs"))
    assert town.tt("run").returncode == 0
    town.plan(("x", "echo x >> runs"))
    again = town.tt("run", "--again")
    assert again.returncode == 0, again.stderr
    assert (town.times("deploys"), town.times("runs")) == (1, 2)


def test_a_failed_task_that_left_the_plan_failed_every_later_run(town: Town) -> None:
    town.plan(("bad", "false"), ("ok", "true"))
    assert town.tt("run").returncode == 5
    town.plan(("ok", "true"))
    later = town.tt("run")
    assert later.returncode == 0, later.stdout
    assert "1 of 1 tasks completed" in later.stdout
    assert "--again runs finished tasks again" in later.stderr
    assert town.tt("conductor").returncode == 0


def test_a_failed_task_runs_again_when_a_person_says_pending(town: Town) -> None:
    town.plan(("flaky", "test -f there"), ("after", "true"))
    assert town.tt("run").returncode == 5
    file = town.folder / "tasks.toml"
    file.write_text(file.read_text().replace('"failed"', '"pending"'))
    (town.folder / "there").touch()
    assert town.tt("run").returncode == 0


def test_the_summary_says_why(town: Town) -> None:
    town.plan(("bad", "echo because of this; exit 3"))
    with (town.folder / "tasks.toml").open("a") as file:
        file.write('[[tasks]]\nid = "next"\nrun = "true"\nneeds = ["bad"]\n')
    run = town.tt("run")
    assert run.returncode == 5
    assert "0 of 2 tasks completed" in run.stdout
    assert "failed    bad: exit status 3" in run.stdout
    assert "because of this" in run.stdout
    assert "pending   next: cannot start: bad (failed)" in run.stdout


def test_edits_that_were_not_pushed_are_mentioned(town: Town) -> None:
    assert town.tt("init", "--name", "demo", "--cli", "echo").returncode == 0
    town.plan(("one", "true"))
    conducted = town.tt("conductor")
    assert "tasks.toml has changes that are not pushed" in conducted.stderr
    why = town.tt("why", "one")
    assert why.returncode == 1
    assert why.stderr == 'tt: "one" is in tasks.toml, but not pushed. Push it: tt sync push\n'


def test_a_conflict_is_told_in_json_too(town: Town) -> None:
    assert town.tt("init", "--name", "demo", "--cli", "echo").returncode == 0
    town.plan(("one", "true"))
    assert town.tt("sync", "push").returncode == 0
    assert town.tt("task", "complete", "one").returncode == 0
    file = town.folder / "tasks.toml"
    file.write_text(file.read_text() + 'status = "failed"\n')
    pushed = town.tt("sync", "push", "--json")
    assert pushed.returncode == 3
    (conflict,) = json.loads(pushed.stdout)["conflicts"]
    assert (conflict["id"], conflict["field"], conflict["file"], conflict["live"]) == (
        "one",
        "status",
        "failed",
        "completed",
    )


def test_a_replica_started_by_hand_belongs_to_its_team(town: Town) -> None:
    assert town.tt("init", "--name", "demo", "--cli", "echo").returncode == 0
    (town.folder / "tasks.toml").write_text(
        '[agents.w]\ncli = "shell"\nreplicas = 2\n[[tasks]]\nid = "a"\nagent = "w"\ndescription = "echo hi"\n'
    )
    assert town.tt("sync", "push").returncode == 0
    assert town.tt("spawn", "w-2").returncode == 0
    (agent,) = json.loads(town.tt("list", "--json").stdout)
    assert (agent["team"], agent["cli"]) == ("w", "shell")
    assert town.tt("conductor").returncode == 0


def test_a_message_is_no_task_of_the_plan(town: Town) -> None:
    assert town.tt("init", "--name", "demo", "--cli", "echo").returncode == 0
    town.plan(("one", "true"))
    assert town.tt("spawn", "a").returncode == 0
    assert town.tt("send", "a", "do this").returncode == 0
    assert town.tt("sync", "push").returncode == 0
    assert town.tt("conductor").returncode == 0
    before = (town.folder / "tasks.toml").read_text()
    assert town.tt("sync", "pull").returncode == 0
    assert (town.folder / "tasks.toml").read_text() == before + 'status = "completed"\n'
