"""Nothing outlives its agent: when the agent is killed, its CLI and all that the CLI started die too."""

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.towns import House, alive, house, processes_in, until
from tinytown.spawn import dead_here


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path / "town") as made:
        yield made


def _others(home: House) -> dict[int, str]:
    redis = home.redis_pid()
    return {pid: line for pid, line in processes_in(home.root).items() if pid != redis}


def test_a_killed_agent_takes_its_cli_and_the_clis_children_with_it(home: House) -> None:
    agent = home.spawn("coder")
    agent.assign("sleep 61 & sleep 62 | sleep 63 & (trap '' TERM HUP INT; sleep 64) & touch begun; wait")
    until((home.root / "begun").exists, "it began")
    until(lambda: sum("sleep" in line for line in _others(home).values()) >= 4, "its children run")
    os.kill(home.pid_of("coder"), signal.SIGKILL)
    until(lambda: not _others(home), f"nothing is left of it: {_others(home)}", 5)


def test_an_acceptance_check_dies_with_its_agent_too(home: House) -> None:
    from tinytown.tasks import Task

    agent = home.spawn("coder")
    agent.assign(Task.new("true", accept="touch begun; sleep 61"))
    until((home.root / "begun").exists, "it began")
    os.kill(home.pid_of("coder"), signal.SIGKILL)
    until(lambda: not _others(home), "nothing is left of it", 5)


def test_killed_at_random_moments_around_the_start_of_the_command(home: House) -> None:
    seed = 20
    rng = random.Random(seed)
    print(f"seed {seed}")  # noqa: T201  shown with the failure
    for number in range(20):
        agent = home.spawn("coder")
        pid = home.pid_of("coder")
        agent.assign(f"echo {number} >> begun; sleep 61; echo {number} >> finished")
        time.sleep(rng.uniform(0, 0.02))
        os.kill(pid, signal.SIGKILL)
        until(lambda: not _others(home), f"nothing is left of it: {_others(home)}", 5)
        until(lambda: dead_here(home.town.site, home.agent("coder")), "it is dead")
        for held in home.town.ledger.all().values():
            if not held.value.ended:
                home.town.ledger.change(held, held.value.cancel("enough"), "cancelled")
    assert not (home.root / "finished").exists()


def test_redis_started_by_a_cli_outlives_it(home: House) -> None:
    """`tt` inside of a task may be who starts Redis again; it must not die with the task."""
    agent = home.spawn("coder")
    task = agent.assign("until [ -e killed ]; do sleep 0.02; done; tt tasks >/dev/null; echo done")
    home.running(task)
    home.kill_redis()
    (home.root / "killed").touch()
    assert home.ended(task).result == "done"
    pid = home.redis_pid()
    assert home.ended(agent.assign("echo again")).result == "again"
    assert alive(pid)
