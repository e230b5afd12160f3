"""kill -9 of everything in the middle of a plan: all of it completes, and nothing that completed runs again."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.plans import mixed_plan, verify
from tests.towns import QUICK_PULSE, House, alive, house, until
from tinytown.hands import CRASH_LIMIT


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path / "town", QUICK_PULSE) as made:
        yield made


def _progress(home: House, count: int) -> None:
    until(lambda: home.states().get("completed", 0) >= count, f"{count} completed: {home.states()}", 60)


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def _kill_agent(home: House, *, working: bool = True) -> bool:
    """Ends an agent that is in the middle of a task, if there is one."""
    for agent in home.town.list_agents():
        if agent.pid is not None and alive(agent.pid) and (agent.state == "working") >= working:
            os.kill(agent.pid, signal.SIGKILL)
            return True
    return False


def _finish(home: House, conductor: subprocess.Popen[bytes]) -> None:
    assert conductor.wait(90) == 0, home.said(conductor)


def test_nothing_is_killed(home: House) -> None:
    home.push(mixed_plan())
    _finish(home, home.conductor("--spawn"))
    assert set(verify(home).values()) == {1}


def test_a_killed_conductor_is_followed_by_a_new_one(home: House) -> None:
    home.push(mixed_plan())
    for count in (5, 20, 35):
        conductor = home.conductor("--spawn")
        _progress(home, count)
        _kill(conductor)
    _finish(home, home.conductor("--spawn"))
    assert set(verify(home).values()) == {1}  # agents are none the worse for it


def test_killed_agents_are_replaced_and_their_tasks_run_again(home: House) -> None:
    home.push(mixed_plan())
    conductor = home.conductor("--spawn")
    for count in (4, 15, 30):
        _progress(home, count)
        until(lambda: _kill_agent(home), "an agent at work")
    _finish(home, conductor)
    ran = verify(home)
    assert sum(ran.values()) <= 50 + 3
    assert len(home.events("agent.error")) == 3


def test_redis_is_killed_and_comes_back(home: House) -> None:
    home.push(mixed_plan())
    conductor = home.conductor("--spawn")
    for count in (3, 12, 25, 40):
        _progress(home, count)
        home.kill_redis()
    _finish(home, conductor)
    assert set(verify(home).values()) == {1}  # agents at work go on, and report when it is back


def _mayhem(home: House, seed: int, kills: int) -> None:
    rng = random.Random(seed)
    print(f"seed {seed}")  # noqa: T201  shown with the failure
    home.push(mixed_plan())
    conductor = home.conductor("--spawn")
    for _ in range(kills):
        time.sleep(rng.uniform(0.05, 0.8))
        what = rng.choice(["redis", "conductor", "agent", "agent"])
        if conductor.poll() == 0:
            break
        if what == "redis":
            home.town.connection.run("PING")
            home.kill_redis()
        elif what == "agent":
            _kill_agent(home, working=rng.random() < 0.8)
        else:
            _kill(conductor)
        if conductor.poll() is not None:
            conductor = home.conductor("--spawn")
    while conductor.wait(90) != 0:
        assert conductor.returncode == 5, home.said(conductor)
        for agent in home.town.list_agents():
            if agent.quarantined:  # was killed three times before it had anything to do
                home.tt("spawn", agent.name)
        conductor = home.conductor("--spawn")
    verify(home)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_kills(home: House, seed: int) -> None:
    _mayhem(home, seed, kills=8)


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(100, 125))
def test_many_random_kills(home: House, seed: int) -> None:
    _mayhem(home, seed, kills=25)


def test_a_task_that_kills_its_agent_fails_in_the_end(home: House) -> None:
    home.push('[[tasks]]\nid = "deadly"\nagent = "coder"\nrun = "kill -9 $PPID; sleep 5"\n')
    conductor = home.conductor("--spawn", "--cli", "shell")
    assert conductor.wait(60) == 5, home.said(conductor)
    task = home.task("deadly")
    assert (task.state, task.crashes, task.attempt) == ("failed", CRASH_LIMIT, CRASH_LIMIT)
    assert task.result == f"its agent died {CRASH_LIMIT} times while working on it"
    assert len(home.events("task.started")) == CRASH_LIMIT


def test_two_tasks_that_kill_their_agent_fail_and_the_others_complete(home: House) -> None:
    deadly = '[[tasks]]\nid = "{}"\nagent = "coder"\nrun = "kill -9 $PPID; sleep 5"\n'
    fine = '[[tasks]]\nid = "fine"\nagent = "coder"\nrun = "true"\n'
    home.push(deadly.format("one") + deadly.format("two") + fine)
    conductor = home.conductor("--spawn", "--cli", "shell")
    assert conductor.wait(90) == 5, home.said(conductor)
    assert home.task("one").state == home.task("two").state == "failed"
    assert home.task("fine").state == "completed"
