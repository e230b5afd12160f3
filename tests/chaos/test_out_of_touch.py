"""An agent that is frozen or cut off: its command ends before its task is given away."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.elsewhere import Elsewhere, Relay, redis_elsewhere
from tests.journal_laws import check
from tests.towns import QUICK_PULSE, House, alive, until
from tinytown.spawn import dead_here
from tinytown.tasks import Task

_DEAD_AFTER = 1.5
_TICKS = "echo $$ >> pids; until [ -e open ]; do date +%s.%N >> ticks-$TINYTOWN_AGENT_NAME; sleep 0.02; done"
_PLAN = (
    '[agents.hand]\nrole = "hand"\ncli = "shell"\nreplicas = 2\n'
    f'[[tasks]]\nid = "slow"\nrole = "hand"\nrun = "{_TICKS}; echo $TINYTOWN_AGENT_NAME"\n'
)


@contextmanager
def _frozen(pid: int) -> Iterator[float]:
    """Stops a process; gives the moment."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield time.monotonic()
    finally:
        os.kill(pid, signal.SIGCONT)


def _command(home: House) -> int:
    """The process of the command that was begun last."""
    pids = home.root / "pids"
    until(lambda: pids.exists() and pids.read_text().endswith("\n"), "its command has begun")
    return int(pids.read_text().split()[-1])


def _ticks(home: House, agent: str) -> list[float]:
    file = home.root / f"ticks-{agent}"
    return [float(line) for line in file.read_text().split()] if file.exists() else []


def _worker(home: House) -> str:
    names = {agent.id: agent.name for agent in home.town.list_agents()}
    assigned = home.task("slow").assigned_to
    assert assigned is not None
    return names[assigned]


def _freed_at(home: House) -> float:
    """When the conductor freed the task."""
    (event,) = home.events("task.requeued")
    return int(event.id.partition("-")[0]) / 1000


def _assert_one_at_a_time(home: House, first: str, second: str) -> None:
    assert _ticks(home, first)[-1] < _freed_at(home) < _ticks(home, second)[0]
    task = home.task("slow")
    assert (task.state, task.attempt, task.failures, task.result) == ("completed", 2, 0, second)
    check("house", {task.id: task}, home.town.journal.since("0-0"))


def test_a_frozen_agents_command_ended_before_its_task_was_given_away(build: Callable[..., House]) -> None:
    home = build(QUICK_PULSE)
    home.push(_PLAN)
    conductor = home.conductor("--spawn")
    home.running("slow")
    first = _worker(home)
    second = {"hand-1": "hand-2", "hand-2": "hand-1"}[first]
    command = _command(home)
    with _frozen(home.pid_of(first)) as since:
        until(lambda: not alive(command), "its command was ended")
        assert time.monotonic() - since < _DEAD_AFTER
        assert home.task("slow").assigned_to == home.agent(first).id
        until(lambda: bool(_ticks(home, second)), "it runs elsewhere")
        (home.root / "open").touch()
        home.ended("slow")
    assert conductor.wait(20) == 0, home.said(conductor)
    _assert_one_at_a_time(home, first, second)
    until(lambda: home.agent(first).state == "idle", "the frozen one came back to life")
    assert home.ended(home.town.agent(first).assign("echo alive")).result == "alive"


def test_an_attempt_that_was_cut_short_while_its_agent_was_frozen_is_no_failure(
    build: Callable[..., House],
) -> None:
    home = build(QUICK_PULSE)
    agent = home.spawn("coder")
    task = home.running(agent.assign(Task.new("x", run=_TICKS, plan_id="slow", agent="coder")))
    command = _command(home)
    with _frozen(home.pid_of("coder")):
        until(lambda: not alive(command), "its command was ended")
    until(lambda: home.task(task.id).state == "pending", "it is to be made again")
    after = home.task(task.id)
    assert (after.failures, after.crashes, after.last_error) == (0, 0, None)
    (event,) = home.events("task.requeued")
    assert "could not be heard" in event.details["reason"]
    assert home.events("task.failed") == []


def test_a_moments_freeze_harms_nobody(build: Callable[..., House]) -> None:
    home = build("[agent]\nheartbeat_secs = 0.5\ndead_after_secs = 5\n")
    agent = home.spawn("coder")
    task = home.running(agent.assign(Task.new("x", run=_TICKS)))
    command = _command(home)
    with _frozen(home.pid_of("coder")):
        time.sleep(1.5)
    (home.root / "open").touch()
    after = home.ended(task.id)
    assert (after.state, after.attempt) == ("completed", 1)
    assert int((home.root / "pids").read_text()) == command


def test_all_frozen_together_go_on_where_they_were(build: Callable[..., House]) -> None:
    home = build(QUICK_PULSE)
    agent = home.spawn("coder")
    conductor = home.conductor("--watch")
    until(lambda: home.leads(conductor), "it leads")
    task = home.running(agent.assign(Task.new("x", run=_TICKS)))
    pids = [home.redis_pid(), conductor.pid, home.pid_of("coder"), _command(home)]
    pids += _guards(home.pid_of("coder"))
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(3)
    for pid in pids:
        os.kill(pid, signal.SIGCONT)
    until(lambda: home.leads(conductor), "it leads again")
    time.sleep(2 * _DEAD_AFTER)  # nobody is buried later either
    (home.root / "open").touch()
    after = home.ended(task.id)
    assert (after.state, after.attempt) == ("completed", 1)
    assert home.events("agent.error") == []


def _guards(worker: int) -> list[int]:
    found = [int(pid) for pid in Path(f"/proc/{worker}/task/{worker}/children").read_text().split()]
    return [pid for pid in found if b"watchdog" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_an_agent_counts_as_dead_only_when_nothing_of_its_work_is_left(build: Callable[..., House]) -> None:
    home = build(QUICK_PULSE)
    agent = home.spawn("coder")
    home.running(agent.assign(Task.new("x", run=_TICKS)))
    command, worker = _command(home), home.pid_of("coder")
    (guard,) = _guards(worker)
    with _frozen(guard):
        os.kill(worker, signal.SIGKILL)
        until(lambda: not alive(worker), "it was killed")
        assert alive(command)
        assert not dead_here(home.town.site, home.agent("coder"))
    until(lambda: dead_here(home.town.site, home.agent("coder")), "it is dead")
    until(lambda: not alive(command), "its command too", 0.5)


def test_a_guard_that_was_killed_is_replaced(build: Callable[..., House]) -> None:
    home = build(QUICK_PULSE)
    agent = home.spawn("coder")
    worker = home.pid_of("coder")
    (guard,) = _guards(worker)
    os.kill(guard, signal.SIGKILL)
    assert home.ended(agent.assign("echo on")).result == "on"
    task = home.running(agent.assign(Task.new("x", run=_TICKS)))
    command = _command(home)
    with _frozen(worker):
        until(lambda: not alive(command), "its command was ended")
    until(lambda: home.task(task.id).state == "pending", "it is to be made again")


# A Redis elsewhere: it may be only us whom it does not hear.


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Elsewhere]:
    with redis_elsewhere(tmp_path / "redis") as server:
        yield server


@pytest.fixture
def relay(elsewhere: Elsewhere) -> Iterator[Relay]:
    relay = Relay(elsewhere.port)
    yield relay
    relay.close()


def test_a_command_ends_when_a_redis_elsewhere_does_not_answer_for_long(
    elsewhere: Elsewhere, build: Callable[..., House]
) -> None:
    home = build(f'[redis]\nurl = "{elsewhere.url}"\n{QUICK_PULSE}')
    home.spawn("coder")
    home.push(f'[[tasks]]\nid = "slow"\nagent = "coder"\nrun = "{_TICKS}; echo done"\n')
    conductor = home.conductor()
    home.running("slow")
    command = _command(home)
    with _frozen(elsewhere.pid) as since:
        until(lambda: not alive(command), "its command was ended")
        assert time.monotonic() - since < _DEAD_AFTER
        (home.root / "open").touch()
    after = home.ended("slow")
    assert (after.state, after.attempt, after.failures) == ("completed", 2, 0)
    assert conductor.wait(20) == 0, home.said(conductor)


def test_an_agent_that_is_cut_off_works_on_for_nobody(
    elsewhere: Elsewhere, relay: Relay, build: Callable[..., House], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = build(f'[redis]\nurl = "{elsewhere.url}"\n{QUICK_PULSE}')
    home.push(_PLAN)
    monkeypatch.setenv("REDIS_URL", relay.url)
    assert home.tt("spawn", "hand-1").returncode == 0
    monkeypatch.delenv("REDIS_URL")
    conductor = home.conductor()
    home.running("slow")
    command = _command(home)
    relay.cut()
    since = time.monotonic()
    until(lambda: not alive(command), "its command was ended")
    assert time.monotonic() - since < _DEAD_AFTER
    until(lambda: home.agent("hand-1").state == "error", "it is taken for dead")
    assert home.tt("spawn", "hand-2").returncode == 0
    until(lambda: bool(_ticks(home, "hand-2")), "it runs elsewhere", 30)
    (home.root / "open").touch()
    home.ended("slow")
    relay.mend()
    assert conductor.wait(20) == 0, home.said(conductor)
    _assert_one_at_a_time(home, "hand-1", "hand-2")
    until(lambda: home.agent("hand-1").state == "idle", "the one that was cut off came back to life")
