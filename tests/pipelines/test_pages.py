"""The pages that users of the Rust program come from: what they show works here, in order, as written."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.towns import settle, until
from tinytown import config as configuration
from tinytown.options import options

PAGES = Path(__file__).parent / "pages"
_BLOCK = re.compile(r"^```(bash|toml)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_READS = '#!/bin/sh\ncat >/dev/null\necho "done by {0}"\n'
_OPENS = '#!/bin/sh\n[ "$2" = --instruction-file ] && [ -s "$3" ] && echo "done by {0}"\n'


class Reader:
    """Somebody who does what a page says, with stand-ins for the coding CLIs.

    Args:
        folder: Where they begin.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "work"
        self.folder.mkdir()
        programs = folder / "bin"
        programs.mkdir()
        for name, script in {"claude": _READS, "codex": _READS, "auggie": _OPENS}.items():
            (programs / name).write_text(script.format(name))
            (programs / name).chmod(0o755)
        self.complaints = ""
        own = Path(sys.executable).parent
        self.env = {
            name: value for name, value in os.environ.items() if not name.startswith(("TINYTOWN_", "REDIS_"))
        }
        self.env["PATH"] = os.pathsep.join([str(programs), str(own), self.env["PATH"]])

    def do(self, text: str, status: int = 0) -> str:
        """Runs a block, line after line; a `cd` in it holds for the next. Returns what it printed."""
        place = self.folder / ".place"
        script = f"{text}\nlast=$?; pwd > '{place}'; exit $last"
        done = subprocess.run(
            ["bash", *([] if status else ["-e"]), "-c", script],
            cwd=self.folder,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, f"{text}\n{done.stdout}\n{done.stderr}"
        self.folder = Path(place.read_text().strip())
        place.unlink()
        self.complaints = done.stderr
        return done.stdout

    def tasks(self) -> list[dict[str, str]]:
        """The tasks as they are."""
        found: list[dict[str, str]] = json.loads(self.do("tt tasks --json"))
        return found

    def await_completed(self, number: int) -> None:
        """Waits until so many tasks are completed, and none is anything else."""
        until(lambda: [task["state"] for task in self.tasks()] == ["completed"] * number, "all completed", 60)


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    one = Reader(tmp_path)
    begun = one.folder
    yield one
    try:
        one.do("tt stop")
    finally:
        left = settle(begun)
    assert not left, f"left running: {left}"


def page(name: str) -> list[str]:
    """The blocks of a page."""
    return [text for _, text in _BLOCK.findall((PAGES / f"{name}.md").read_text(encoding="utf-8"))]


def test_overview(reader: Reader) -> None:
    town, agents, tasks, messages = page("overview")
    assert "town       my-project" in reader.do(town)
    assert "worker-1  idle" in reader.do(agents)
    assert "Implement the login API" in reader.do(tasks)
    reader.do(messages)
    reader.await_completed(3)
    assert {task["result"] for task in reader.tasks()} == {"done by claude"}


def test_tasks(reader: Reader) -> None:
    assign, plan, push, look, get, family, tagged = page("tasks")
    reader.do("tt init --name tasks && tt spawn worker-1 --cli claude")
    reader.do(assign)
    file = reader.folder / "tasks.toml"
    file.write_text(plan)
    reader.do(push)
    assert "auth-tests" in reader.do(look)
    task = next(task for task in reader.tasks() if task["plan_id"] == "auth-api")
    filled = get.replace("<town_name>", "tasks").replace("<uuid>", task["id"])
    stored = json.loads(reader.do(f"(cd .tt && {filled.strip()})"))
    assert stored == task
    assert (stored["state"], stored["tags"]) == ("pending", ["auth", "api"])
    file.write_text(f"{plan}\n{family}\n{tagged}")
    reader.do("tt sync push")
    shown = {entry["id"]: entry for entry in json.loads(reader.do("tt plan --json"))["tasks"]}
    assert {entry["parent"] for entry in shown.values()} == {None, "auth-api", "user-system"}
    assert not shown["user-system"]["group"], "it has an agent of its own"
    assert "fix-xss" in reader.do("tt tasks --tag security")
    reader.do("for agent in backend tester architect; do tt spawn $agent --cli claude; done")
    assert "fix-xss" in reader.do("tt conductor", status=5), "nobody is named for it"
    reader.do("tt backlog claim fix-xss worker-1")
    reader.await_completed(7)


def test_towns(reader: Reader) -> None:
    init, whole, elsewhere = page("towns")
    reader.do(init)
    assert (reader.folder / ".gitignore").read_text() == ".tt/\n"
    assert {"redis.sock", "redis.pid", "agents", "logs", "tasks"} <= {
        path.name for path in (reader.folder / ".tt").iterdir()
    }
    file = reader.folder / "tinytown.toml"
    file.write_text(whole)
    reader.do("tt spawn one && tt spawn two --cli auggie && tt spawn three --cli codex-mini")
    reader.do("for agent in one two three; do tt assign $agent x; done")
    reader.await_completed(3)
    assert {task["result"] for task in reader.tasks()} == {"done by claude", "done by auggie", "done by codex"}
    reader.do("tt stop")
    file.write_text(elsewhere)
    assert configuration.load(reader.folder).elsewhere == "redis://redis.example.com:6379"
    assert configuration.load(reader.folder).name == reader.folder.name
    file.write_text(whole)


def test_the_defaults_that_the_page_tells_are_those_that_hold() -> None:
    rows = re.findall(r"^\| `(\S+)` \| `(\S+)` \|$", (PAGES / "towns.md").read_text(), re.MULTILINE)
    built_in = {one.key: str(one.field.default) for one in options()}
    assert len(rows) == 6
    for key, default in rows:
        assert built_in[key].lower() == default


def test_several_agents(reader: Reader) -> None:
    setup, spawn, look, plan, conduct, parallel, fan, talk = page("multi-agent")
    reader.do(setup)
    reader.do(spawn)
    assert reader.do(look).count("idle") == 4
    (reader.folder / "tasks.toml").write_text(plan)
    assert "3 of 3 tasks completed" in reader.do(conduct)
    reader.do(parallel)
    head, refused, tail = fan.partition("tt spawn reviewer --cli claude\n")
    reader.do(head)
    reader.do(refused, status=1)
    assert reader.complaints.startswith('tt: an agent "reviewer" is at work already.')
    reader.do(tail)
    reader.do(talk)
    reader.await_completed(12)
    results = {task["plan_id"]: task["result"] for task in reader.tasks() if task["plan_id"]}
    assert results == {"design": "done by claude", "implement": "done by auggie", "test": "done by codex"}


def test_one_agent(reader: Reader) -> None:
    setup, start, by_hand = page("single-agent")
    reader.do(setup)
    assert "Redis runs at" in reader.do(start)
    reader.do("tt spawn coder --cli shell && tt assign coder 'sleep 600'")
    until(lambda: reader.tasks()[0]["state"] == "running", "the first task runs", 60)
    given = json.loads(reader.do("tt assign coder 'Calculate' --json"))["id"]  # waits for the first to end
    agent = json.loads(reader.do("tt list --json"))[0]["id"]
    filled = by_hand.replace("<town>", "demo").replace("550e8400-e29b-41d4-a716-446655440000", agent)
    message = json.loads(reader.do(f"cd .tt\n{filled}\ncd .."))
    assert (message["type"], message["to"]) == ("task_assign", agent)
    assert message["task_id"] == given


def test_the_table_of_the_documentation_has_every_option() -> None:
    text = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_.]+)` \| (.*?) \| (.*?) \| (.*?) \|$", text, re.MULTILINE)
    assert [key for key, _, _, _ in rows] == [one.key for one in options()]
    for (_, variables, default, about), one in zip(rows, options(), strict=True):
        assert f"`{one.variable}`" in variables
        assert about == one.field.description
        built_in = one.field.default
        if isinstance(built_in, bool | int | float | str):
            assert default == f"`{str(built_in).lower()}`"
