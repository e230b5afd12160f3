"""Who may be spawned, who may not, and what is said of it."""

import os
import signal
from collections.abc import Callable

import pytest

from tests.towns import House, until
from tinytown.errors import (
    AgentExistsError,
    BadNameError,
    SpawnError,
    TooManyAgentsError,
    UnknownCliError,
)
from tinytown.spawn import dead_here

Build = Callable[..., House]


def test_a_name_is_taken_once(home: House) -> None:
    first = home.spawn("coder")
    with pytest.raises(AgentExistsError, match='"coder" is at work already'):
        home.spawn("coder")
    assert home.agent("coder").id == first.id
    assert home.ended(first.assign("echo fine")).result == "fine"


def test_a_dead_agents_name_is_free_at_once_and_keeps_its_id(home: House) -> None:
    first = home.spawn("coder")
    os.kill(home.pid_of("coder"), signal.SIGKILL)
    until(lambda: dead_here(home.town.site, home.agent("coder")), "it is dead")
    assert home.spawn("coder").id == first.id


def test_max_agents(build: Build) -> None:
    home = build()
    path = home.root / "tinytown.toml"
    path.write_text("max_agents = 2\n" + path.read_text())
    said = [home.tt("spawn", name, "--cli", "shell") for name in ("one", "two", "three")]
    assert [run.returncode for run in said] == [0, 0, 1]
    assert "max_agents is 2" in said[2].stderr
    home.tt("kill", "one")
    assert home.tt("spawn", "three", "--cli", "shell").returncode == 0


def test_max_agents_counts_the_living_only(build: Build) -> None:
    home = build()
    object.__setattr__(home.town.config, "max_agents", 1)
    home.spawn("one")
    with pytest.raises(TooManyAgentsError):
        home.spawn("two")
    home.town.agent("one").send("shutdown")
    home.town.agent("one").wait(10)
    home.spawn("two")


def test_a_cli_that_is_not_installed(build: Build) -> None:
    home = build('[agent_clis.ghost]\ncommand = "no-such-program --yes"\n')
    with pytest.raises(UnknownCliError, match='"ghost" is not installed: no program "no-such-program"'):
        home.spawn("coder", "ghost")
    with pytest.raises(UnknownCliError, match='no CLI is called "claud"'):
        home.spawn("coder", "claud")
    assert home.town.list_agents() == []


@pytest.mark.parametrize("name", ["", "a:b", "a/b", "../x", "*", "conductor", "-x", ".x", "x\n", "x" * 101])
def test_a_bad_name(home: House, name: str) -> None:
    with pytest.raises(BadNameError):
        home.spawn(name)
    assert home.town.list_agents() == []


def test_a_name_with_spaces_and_letters_of_the_world(home: House) -> None:
    agent = home.spawn("größte Ente 鴨")
    assert home.ended(agent.assign("echo quak")).result == "quak"


def test_an_agent_that_cannot_start_says_why(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(home.root))
    (home.root / "sitecustomize.py").write_text("raise SystemExit('the floor is lava')\n")
    with pytest.raises(SpawnError, match=r'agent "coder" did not start: .*the floor is lava'):
        home.spawn("coder")
    assert home.agent("coder").state == "error"
    (home.root / "sitecustomize.py").unlink()
    assert home.ended(home.spawn("coder").assign("echo up")).result == "up"


def test_the_log_tells_an_agents_life(home: House) -> None:
    agent = home.spawn("coder", rounds=1)
    task = home.ended(agent.assign("true"))
    agent.wait(10)
    log = home.log("coder")
    for words in ("ready, with shell", f"{task.label}: attempt 1", f"{task.label}: completed", "leaving: 1"):
        assert words in log


def test_the_processes_file_descriptors_are_not_inherited_by_a_cli(home: House) -> None:
    agent = home.spawn("coder")
    task = home.ended(agent.assign("ls -l /proc/self/fd"))
    assert "/lock" not in (task.result or "")
    assert "socket:" not in (task.result or "")


def test_racing_spawns_of_one_name_make_one_agent(home: House) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(5) as pool:
        runs = list(pool.map(lambda _: home.tt("spawn", "coder", "--cli", "shell"), range(5)))
    assert sorted(run.returncode for run in runs) == [0, 1, 1, 1, 1], [run.stderr for run in runs]
    assert all("at work already" in run.stderr for run in runs if run.returncode)
    assert len(home.town.list_agents()) == 1


def test_an_agent_told_to_stop_before_it_was_ready_stops_in_good_order(home: House) -> None:
    from tinytown.agents import Wish
    from tinytown.spawn import spawn
    from tinytown.stop import stop_agent

    spawn(home.town.site, Wish("coder", "shell"))
    agent = stop_agent(home.town.site, home.town.roster.find("coder"))
    assert agent.state == "stopped"
    assert "cannot become" not in home.log("coder")
    home.spawn("coder")
