"""Agents are hired by what there is to do, leave when there is nothing, and come back at once: real processes."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.towns import QUICK_PULSE, House, until

Build = Callable[..., House]

_IN_A_WORKER = "import sys\nif 'tinytown.worker' in ' '.join(sys.orig_argv):\n    "
_DIES = "raise SystemExit('the floor is lava')"
_FAILS = "from tinytown.worker.life import Life; Life.live = lambda self: 1 / 0"


def _town(build: Build, head: str = "", toml: str = QUICK_PULSE) -> House:
    """A town; `head` goes to the top of its tinytown.toml."""
    home = build(toml)
    path = home.root / "tinytown.toml"
    path.write_text(f"{head}\n{path.read_text()}")
    return home


def _states(home: House) -> dict[str, str]:
    return {agent.name: agent.state.value for agent in home.town.list_agents()}


def _task(name: str, *lines: str) -> str:
    return "\n".join(["[[tasks]]", f'id = "{name}"', *lines, ""])


def test_replicas_leave_when_idle_and_come_back_on_demand_at_once(build: Build) -> None:
    home = _town(build)
    team = '[agents.hand]\ncli = "shell"\nreplicas = 3\nidle_timeout = "1s"\n'
    plan = team + "".join(_task(f"t{number}", 'agent = "hand"', 'run = "sleep 0.3"') for number in range(2))
    later = plan + _task("gate", 'agent = "hand"', 'run = "true"', "approval = true")
    home.push(later)
    conductor = home.conductor("--watch", "--spawn", sweep=100)
    until(lambda: home.states().get("completed") == 2, "the two tasks ended")
    until(lambda: set(_states(home).values()) == {"stopped"}, f"all have left: {_states(home)}")
    assert len(_states(home)) == 3  # no more than there are tasks
    until(lambda: not home.town.roster.heartbeats(home.town.roster.all()), "and are gone")
    starts = len(home.events("agent.starting"))
    until(lambda: len(home.events("agent.stopped")) == starts, "each left once")
    home.tt("approve", "gate")
    assert home.ended("gate").state == "completed", home.said(conductor)  # long before the next sweep
    assert len(home.events("agent.starting")) == starts + 1


def test_a_plan_of_four_agents_completes_in_a_town_of_two(build: Build) -> None:
    home = _town(build, "max_agents = 2")
    steps = [("w", ""), ("x", "w"), ("y", "x"), ("z", "y")]
    plan = [
        _task(who, f'agent = "{who}"', 'run = "true"', f'needs = ["{before}"]' * (before != ""))
        for who, before in steps
    ]
    home.push("".join(plan) + _task("back", 'agent = "w"', 'run = "true"', 'needs = ["z"]'))
    conductor = home.conductor("--spawn", "--cli", "shell")
    assert conductor.wait(60) == 0, home.said(conductor)
    assert home.states() == {"completed": 5}
    living = 0
    for event in home.events("agent."):
        living += {"agent.starting": 1, "agent.stopped": -1}.get(event.type, 0)
        assert living <= 2
    assert "waiting" not in home.said(conductor)


def test_a_town_full_of_peoples_agents_says_so_once_and_ends(build: Build) -> None:
    home = _town(build, "max_agents = 1")
    home.push(_task("a", 'agent = "x"', 'run = "true"'))
    home.spawn("mine")
    conductor = home.conductor("--spawn")
    assert conductor.wait(30) == 5, home.said(conductor)
    said = home.said(conductor)
    assert said.count("max_agents is 1, and no conductor started mine") == 1
    assert _states(home) == {"mine": "idle"}


def test_when_a_place_is_free_in_a_full_town_it_is_taken(build: Build) -> None:
    home = _town(build, "max_agents = 1")
    object.__setattr__(home.town.config, "max_agents", 1)
    home.push(_task("a", 'agent = "x"', 'run = "true"'))
    mine = home.spawn("mine")
    conductor = home.conductor("--watch", "--spawn")
    until(lambda: "max_agents is 1" in home.said(conductor), "it says that the town is full")
    mine.send("shutdown")
    assert home.ended("a").state == "completed"


@pytest.mark.parametrize(
    ("broken", "last"),
    [(_DIES, "SystemExit: the floor is lava"), (_FAILS, "agent x left: ZeroDivisionError: division by zero")],
)
def test_an_agent_that_dies_at_start_is_quarantined_until_a_person_spawns_it(
    build: Build, broken: str, last: str
) -> None:
    home = _town(build)
    home.push(_task("a", 'agent = "x"', 'run = "echo up"') + _task("b", 'agent = "y"', 'run = "true"'))
    (home.root / "sitecustomize.py").write_text(_IN_A_WORKER + broken)
    os.environ["PYTHONPATH"] = str(home.root)
    try:
        conductor = home.conductor("--spawn", "--cli", "shell")
        assert conductor.wait(60) == 5, home.said(conductor)
        again = home.conductor("--spawn", "--cli", "shell")
        assert again.wait(30) == 5, home.said(again)
    finally:
        del os.environ["PYTHONPATH"]
    words = f"agent x died 3 times at start: {last}; look at .tt/logs/x.log, then `tt spawn x`"
    assert home.said(conductor).count(words) == 1, home.said(conductor)
    assert words not in home.said(again)
    assert len(home.events("agent.starting")) == 6  # three of each
    assert home.agent("x").failed_starts == 3
    assert "agent_dead" in home.tt("why", "a", "--json").stdout
    assert "died 3 times at start" in home.tt("why", "a").stdout
    third = home.conductor("--spawn", "--cli", "shell")
    assert third.wait(30) == 5, "nor does a conductor start it where it could"
    assert home.tt("spawn", "x", "--cli", "shell").returncode == 0
    assert home.agent("x").failed_starts == 0
    final = home.conductor("--grace", "0")
    assert final.wait(30) == 5, home.said(final)
    assert home.task("a").result == "up"
    assert home.task("b").state == "pending"


def test_a_cli_that_is_installed_later_is_found_after_the_next_push(build: Build) -> None:
    home = _town(build, toml=f'{QUICK_PULSE}[agent_clis.late]\ncommand = "./late"\nprompt = "argument"\n')
    plan = '[agents.x]\ncli = "late"\n' + _task("a", 'agent = "x"', 'description = "hello"')
    home.push(plan)
    conductor = home.conductor("--watch", "--spawn")
    until(lambda: "could not start x" in home.said(conductor), "it says that it cannot start")
    program = home.root / "late"
    program.write_text('#!/bin/sh\necho "late: $#"\n')
    program.chmod(0o755)
    home.push(f'{plan}timeout = "5m"\n')
    assert home.ended("a").result == "late: 1", home.said(conductor)
    assert home.said(conductor).count("could not start x") == 1


def test_work_for_a_role_goes_to_the_second_that_appears_while_the_only_one_is_busy(build: Build) -> None:
    home = _town(build)
    home.tt("spawn", "r1", "--role", "reviewer", "--cli", "shell")
    wait = "until [ -e open ]; do sleep 0.02; done"
    first = _task("first", 'role = "reviewer"', f'run = "{wait}"', 'priority = "high"')
    home.push(first + _task("second", 'role = "reviewer"', 'run = "echo mine"'))
    home.conductor("--watch", sweep=100)
    home.running("first")
    told = home.tt("why", "second")
    assert "waits its turn: r1 has all that it can start soon" in told.stdout
    assert home.task("second").state == "pending"
    assert home.town.agent("r1").inbox_len() == 0
    home.tt("spawn", "r2", "--role", "reviewer", "--cli", "shell")
    second = home.ended("second")
    assert (second.result, second.assigned_to) == ("mine", home.agent("r2").id)  # long before the next sweep
    Path(home.root / "open").touch()
    home.ended("first")


def test_an_agent_that_works_between_its_deaths_is_not_quarantined(build: Build) -> None:
    home = _town(build)
    home.push("".join(_task(f"t{number}", 'agent = "x"', 'run = "sleep 0.2"') for number in range(5)))
    conductor = home.conductor("--spawn", "--cli", "shell")
    for number in range(4):
        until(lambda number=number: home.states().get("completed", 0) > number, "some progress", 30)  # type: ignore[misc]
        pid = home.agent("x").pid
        if pid is not None:
            os.kill(pid, 9)
    assert conductor.wait(60) == 0, home.said(conductor)
    assert home.agent("x").failed_starts < 3
