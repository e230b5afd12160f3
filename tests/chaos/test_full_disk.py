"""A full disk: what is said, what survives, and what goes on once there is space again."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.disks import fill, free, small_disk
from tests.towns import QUICK_PULSE, House, house, until
from tinytown.clis import resolve
from tinytown.ids import CONDUCTOR_ID
from tinytown.tasks import Task
from tinytown.worker.attempt import Workplace, attempt
from tinytown.worker.guard import Guard


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own."""
    with small_disk(tmp_path / "disk") as folder:
        yield folder


@pytest.fixture
def home(disk: Path) -> Iterator[House]:
    with house(disk / "town", QUICK_PULSE) as made:
        try:
            yield made
        finally:
            free(disk)


def test_a_command_says_that_the_disk_is_full_and_nothing_is_lost(home: House) -> None:
    kept = [home.create(Task.new(f"task {number}")) for number in range(20)]
    fill(home.root.parent)
    said = [home.tt("send", "conductor", f"{number} " + "x" * 2000) for number in range(6)]
    refused = [run for run in said if run.returncode]
    assert len(refused) >= 3  # the last page of a file may have room still
    for run in refused:
        assert run.returncode == 1
        assert "disk" in run.stderr, run.stderr
        assert "Traceback" not in run.stderr
    free(home.root.parent)
    run = home.tt("send", "conductor", "hello")
    assert run.returncode == 0, run.stderr
    home.town.connection.close()
    arrived = {message.text.split()[0] for message in home.town.channel.peek(CONDUCTOR_ID)}
    assert arrived >= {run.args[3].split()[0] for run in said if not run.returncode}
    assert {task.id for task in (held.value for held in home.town.ledger.all().values())} == set(kept)


def test_an_agent_waits_for_space_and_its_result_counts(home: House) -> None:
    (home.root / "closed").touch()
    agent = home.spawn("coder")
    run = (
        "echo begun >> ran; while [ -e closed ]; do sleep 0.02; done; "
        "head -c 20000 /dev/zero | tr '\\0' x; echo finished"
    )
    task = home.running(agent.assign(Task.new("wait", run=run)))
    until((home.root / "ran").exists, "it began")
    pid = home.pid_of("coder")
    fill(home.root.parent)
    (home.root / "closed").unlink()
    time.sleep(3)  # it has finished, and cannot say so
    free(home.root.parent)
    home.town.connection.close()
    after = home.ended(task.id, 30)
    assert (after.state, after.attempt, (after.result or "")[-9:]) == ("completed", 1, "xfinished")
    assert home.pid_of("coder") == pid
    assert (home.root / "ran").read_text().split() == ["begun"]
    assert home.ended(agent.assign("echo on")).result == "on"


def test_a_plan_goes_on_when_there_is_space_again(home: House) -> None:
    plan = "".join(
        f'[[tasks]]\nid = "t{n}"\nagent = "coder"\nrun = "sleep 0.2"\n' + (f'parent = "t{n - 1}"\n' if n else "")
        for n in range(10)
    )
    home.spawn("coder")
    home.push(plan)
    conductor = home.conductor()
    until(lambda: home.states().get("completed", 0) >= 2, "some are done")
    home.town.connection.close()
    fill(home.root.parent)
    time.sleep(3)  # whoever had something to write has tried
    free(home.root.parent)
    if conductor.poll() is not None:
        assert "disk" in home.said(conductor)
        assert "Traceback" not in home.said(conductor)
        conductor = home.conductor()
    assert conductor.wait(40) == 0, home.said(conductor)
    assert home.states() == {"completed": 10}


def test_a_task_that_cannot_be_begun_for_want_of_space_is_tried_later(home: House) -> None:
    agent = home.spawn("coder")
    fill(home.root.parent)
    guard = Guard()
    outcome = attempt(
        Workplace(home.town.site, "coder", str(agent.id), resolve("shell", home.town.config), guard),
        Task.new("echo " + "x" * 100_000),
        [],
        [],
        lambda: None,
    )
    guard.dismiss()
    assert (outcome.state, outcome.later) == ("pending", True)
    assert "the disk is full" in outcome.result
