"""Redis is away when a task ends: its result waits on disk, and counts when Redis is back."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest

from tests.towns import QUICK_PULSE, House, alive, house, processes_in, until
from tinytown.report import kept
from tinytown.tasks import Task


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path / "town", QUICK_PULSE) as made:
        yield made


@contextmanager
def _away(home: House) -> Iterator[None]:
    """Redis is dead and nobody can start it again: somebody else holds its lock."""
    import fcntl

    lock = os.open(home.root / ".tt" / "redis.lock", os.O_RDWR)
    try:
        home.kill_redis()
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _workers(home: House) -> list[int]:
    return [pid for pid, line in processes_in(home.root).items() if "tinytown.worker" in line]


def _begin(home: House) -> UUID:
    run = "echo begun >> ran; until [ -e open ]; do sleep 0.02; done; echo finished"
    task = Task.new("wait", run=run, plan_id="wait", agent="coder")
    return home.running(home.town.agent("coder").assign(task)).id


def test_a_result_waits_on_disk_until_redis_is_back(home: House) -> None:
    home.spawn("coder")
    task = _begin(home)
    with _away(home):
        (home.root / "open").touch()
        until(lambda: kept(home.town.site.folder("coder")) is not None, "the result is kept")
    assert home.ended(task).result == "finished"
    assert home.task(task).attempt == 1
    until(lambda: kept(home.town.site.folder("coder")) is None, "the kept result is gone")
    until(lambda: home.agent("coder").state == "idle", "the agent is idle")
    assert home.agent("coder").tasks_completed == 1


def _result_of_a_dead_agent(home: House) -> UUID:
    """A task that was finished while Redis was away, by an agent that died before Redis came back."""
    home.spawn("coder")
    task = _begin(home)
    with _away(home):
        (home.root / "open").touch()
        until(lambda: kept(home.town.site.folder("coder")) is not None, "the result is kept")
        (pid,) = _workers(home)
        os.kill(pid, signal.SIGKILL)
        until(lambda: not alive(pid), "the agent is dead")
    return task


def _assert_counted(home: House, task: UUID) -> None:
    after = home.ended(task)
    assert (after.state, after.result, after.attempt) == ("completed", "finished", 1)
    assert (home.root / "ran").read_text().split() == ["begun"]
    assert len(home.events("task.completed")) == 1


def test_the_next_life_of_an_agent_reports_what_the_last_one_finished(home: House) -> None:
    task = _result_of_a_dead_agent(home)
    home.spawn("coder")
    _assert_counted(home, task)


def test_the_conductor_does_not_run_again_what_a_dead_agent_had_finished(home: House) -> None:
    task = _result_of_a_dead_agent(home)
    conductor = home.conductor("--spawn")
    assert conductor.wait(30) == 0, home.said(conductor)
    _assert_counted(home, task)


def test_stopping_a_dead_agent_keeps_what_it_had_finished(home: House) -> None:
    task = _result_of_a_dead_agent(home)
    run = home.tt("kill", "coder")
    assert run.returncode == 0, run.stderr
    _assert_counted(home, task)


def test_a_town_stopped_in_mid_task_by_force_keeps_the_result(home: House) -> None:
    home.spawn("coder")
    task = _begin(home)
    assert home.town.server is not None
    home.town.server.stop()  # not `tt stop`, which stops the agents first
    (home.root / "open").touch()
    until(lambda: not _workers(home), "the agent went, for the town was stopped")
    assert kept(home.town.site.folder("coder")) is not None
    until(lambda: not processes_in(home.root), "nothing runs")
    home.town.connection.close()
    home.town.server.ensure()
    home.spawn("coder")
    _assert_counted(home, task)


def test_a_task_that_starts_while_redis_is_dying_runs_once(home: House) -> None:
    agent = home.spawn("coder")
    for number in range(12):
        task = agent.assign(f"echo {number} >> ran")
        home.kill_redis()
        assert home.ended(task).state == "completed"
    assert sorted(map(int, (home.root / "ran").read_text().split())) == list(range(12))


def test_an_agent_told_to_drain_while_redis_dies_leaves_in_good_order(home: House) -> None:
    from tinytown.stop import ask_to_stop

    agent = home.spawn("coder")
    task = _begin(home)
    ask_to_stop(home.town.site, home.town.roster.find("coder"), drain=True)
    with _away(home):
        (home.root / "open").touch()
        until(lambda: kept(home.town.site.folder("coder")) is not None, "the result is kept")
    assert agent.wait(20).state == "stopped"
    _assert_counted(home, task)
    assert "Traceback" not in home.log("coder")


def test_a_time_limit_holds_while_redis_is_away(home: House) -> None:
    agent = home.spawn("coder")
    task = home.running(agent.assign(Task.new("x", run="echo $$ > pid; exec sleep 60", timeout="1500ms")))
    until((home.root / "pid").exists, "its command has begun")
    with _away(home):
        until(lambda: kept(home.town.site.folder("coder")) is not None, "it was ended", 8)
    assert (home.ended(task.id).result or "").startswith("timed out after 1.50 s")


def test_a_time_limit_holds_while_redis_is_frozen(home: House) -> None:
    agent = home.spawn("coder")
    home.running(agent.assign(Task.new("x", run="echo $$ > pid; exec sleep 60", timeout="1500ms")))
    until(lambda: (home.root / "pid").exists() and (home.root / "pid").read_text() != "", "it has begun")
    command, redis = int((home.root / "pid").read_text()), home.redis_pid()
    os.kill(redis, signal.SIGSTOP)
    try:
        until(lambda: not alive(command), "the command was ended", 8)
    finally:
        os.kill(redis, signal.SIGCONT)
