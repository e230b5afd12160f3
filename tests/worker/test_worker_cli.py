"""How a CLI is fed: prompt, environment, context, messages."""

import json
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.towns import House
from tinytown.ids import task_id
from tinytown.tasks import Task

_FAKE = f"""#!{sys.executable}
import json, sys
print(json.dumps({{"argv": sys.argv[1:], "stdin": sys.stdin.read()}}))
"""

Build = Callable[..., House]


@pytest.fixture
def fake(tmp_path: Path) -> Path:
    """A coding CLI that answers with what it was given."""
    script = tmp_path / "fake-cli"
    script.write_text(_FAKE)
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def _given(home: House, description: str = "Do it", cli: str = "fake") -> dict[str, Any]:
    agent = home.spawn("coder", cli)
    task = home.ended(agent.assign(Task.new(description, tags=("red", "blue"))))
    assert task.state == "completed"
    given: dict[str, Any] = json.loads(task.result or "")
    return given


def test_a_prompt_arrives_by_standard_input(build: Build, fake: Path) -> None:
    home = build(f'[agent_clis.fake]\ncommand = "{fake} --yes"\n')
    given = _given(home)
    assert given["argv"] == ["--yes"]
    assert "Do it" in given["stdin"]
    assert "Tags: red, blue" in given["stdin"]
    assert "tt task complete" in given["stdin"]


def test_a_prompt_arrives_as_the_last_argument(build: Build, fake: Path) -> None:
    home = build(f'[agent_clis.fake]\ncommand = "{fake} -p"\nprompt = "argument"\n')
    nasty = "$(touch broken) `touch broken` ; \"quotes\" 'and' \\ more -- ünï"
    given = _given(home, nasty)
    flag, prompt = given["argv"]
    assert flag == "-p"
    assert nasty in prompt
    assert given["stdin"] == ""
    assert not (home.root / "broken").exists()


def test_a_prompt_too_long_for_an_argument_goes_into_a_file(build: Build, fake: Path) -> None:
    home = build(f'[agent_clis.fake]\ncommand = "{fake}"\nprompt = "argument"\n')
    given = _given(home, "long " * 50_000)
    (prompt,) = given["argv"]
    assert prompt.startswith("Read your task from the file ")
    assert "long long" in (home.root / ".tt/agents/coder/prompt.md").read_text()


def test_a_prompt_arrives_as_a_file(build: Build, fake: Path) -> None:
    home = build(f'[agent_clis.fake]\ncommand = "{fake} --message-file"\nprompt = "file"\n')
    flag, path = _given(home)["argv"]
    assert flag == "--message-file"
    assert "Do it" in Path(path).read_text()


def test_a_configured_preset_keeps_its_way_of_taking_the_prompt(build: Build, fake: Path) -> None:
    home = build(f'[agent_clis.aider]\ncommand = "{fake}"\n')
    flag, path = _given(home, cli="aider")["argv"]
    assert flag == "--message-file"
    assert "Do it" in Path(path).read_text()


def test_a_cli_may_be_a_command_line(home: House, fake: Path) -> None:
    assert "Do it" in _given(home, cli=f"{fake} --now")["stdin"]


def test_a_cli_gets_its_environment(build: Build) -> None:
    home = build('[agent_clis.env]\ncommand = "/usr/bin/env"\nenv = { COLOUR = "green" }\n')
    agent = home.spawn("coder", "env")
    task = home.ended(agent.assign("look around"))
    env = dict(line.partition("=")[::2] for line in (task.result or "").splitlines())
    assert env["COLOUR"] == "green"
    assert env["TINYTOWN_TOWN"] == str(home.root)
    assert env["TINYTOWN_AGENT_NAME"] == "coder"
    assert env["TINYTOWN_AGENT_ID"] == str(agent.id)
    assert env["TINYTOWN_TASK_ID"] == str(task.id)
    assert Path(env["TINYTOWN_CONTEXT"]).is_file()


def test_tt_is_on_the_path_of_a_cli(home: House) -> None:
    task = home.ended(home.spawn("coder").assign("command -v tt"))
    assert (task.result or "").endswith("/tt")


def _with_prerequisites(home: House) -> Task:
    parent = Task.new("Lay out", plan_id="layout").assign(home.agent("coder").id).start().complete("three rooms")
    need = Task.new("Buy", plan_id="buy", id=task_id("house", "buy"))
    need = need.assign(home.agent("coder").id).start().complete("ten bricks")
    home.create(parent)
    home.create(need)
    return Task.new("Build", parent_id=parent.id, needs=("buy",))


def test_the_results_of_prerequisites_are_in_the_prompt(build: Build, fake: Path) -> None:
    home = build(f'[agent_clis.fake]\ncommand = "{fake}"\n')
    agent = home.spawn("coder", "fake")
    task = home.ended(agent.assign(_with_prerequisites(home)))
    stdin = json.loads(task.result or "")["stdin"]
    assert "layout (completed): Lay out" in stdin
    assert "three rooms" in stdin
    assert "ten bricks" in stdin


def test_the_results_of_prerequisites_are_in_the_context(home: House) -> None:
    agent = home.spawn("coder")
    task = _with_prerequisites(home).evolve(run='cat "$TINYTOWN_CONTEXT"')
    context = json.loads(home.ended(agent.assign(task)).result or "")
    assert context["task"]["description"] == "Build"
    assert context["task"]["attempt"] == 1
    assert [one["result"] for one in context["before"]] == ["three rooms", "ten bricks"]


def test_echo_answers_with_the_description(home: House) -> None:
    task = home.ended(home.spawn("parrot", "echo").assign("Polly"))
    assert (task.state, task.result) == ("completed", "Polly")


def test_an_echo_agent_runs_commands(home: House) -> None:
    task = home.ended(home.spawn("parrot", "echo").assign(Task.new("count", run="echo $((6 * 7))")))
    assert task.result == "42"


def test_a_note_is_in_the_next_prompt_only(build: Build, fake: Path) -> None:
    home = build(f'[agent_clis.fake]\ncommand = "{fake}"\n')
    agent = home.spawn("coder", "fake")
    agent.send("informational", summary="the API moved")
    first = json.loads(home.ended(agent.assign("one")).result or "")["stdin"]
    second = json.loads(home.ended(agent.assign("two")).result or "")["stdin"]
    assert "the API moved" in first
    assert "the API moved" not in second
    assert home.town.channel.taken(agent.id) == []
