"""Frozen agents and conductors: taken for dead, and refused when they wake."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journal_laws import check
from tests.towns import QUICK_PULSE, House, house, until

_SLOW = '[[tasks]]\nid = "slow"\nrole = "hand"\nrun = "{run}"\n'
_HAND = '[agents.hand]\nrole = "hand"\ncli = "shell"\nreplicas = 2\n'


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path / "town", QUICK_PULSE) as made:
        yield made


def _worker_of(home: House, task: str) -> str:
    names = {agent.id: agent.name for agent in home.town.list_agents()}
    assigned = home.task(task).assigned_to
    assert assigned is not None
    return names[assigned]


def test_a_frozen_agents_task_runs_elsewhere_and_its_late_result_is_refused(home: House) -> None:
    home.push(_HAND + _SLOW.format(run="echo $TINYTOWN_AGENT_NAME >> ran; sleep 1; echo $TINYTOWN_AGENT_NAME"))
    conductor = home.conductor("--spawn")
    home.running("slow")
    frozen = _worker_of(home, "slow")
    until((home.root / "ran").exists, "its command has begun")
    pid = home.pid_of(frozen)
    os.kill(pid, signal.SIGSTOP)
    try:
        until(lambda: home.task("slow").ended, "it ran elsewhere")
    finally:
        os.kill(pid, signal.SIGCONT)
    assert conductor.wait(20) == 0, home.said(conductor)
    task = home.task("slow")
    other = {"hand-1": "hand-2", "hand-2": "hand-1"}[frozen]
    assert (task.state, task.attempt, task.crashes, task.result) == ("completed", 2, 1, other)
    assert (home.root / "ran").read_text().split() == [frozen, other]
    until(lambda: home.agent(frozen).state == "idle", "the frozen one came back to life")
    assert home.agent(frozen).pid == pid
    until(lambda: "does not count" in home.log(frozen), "its late result was refused")
    assert home.task("slow") == task
    check("house", {task.id: task}, home.town.journal.since("0-0"))
    again = home.town.agent(frozen).assign("echo alive")
    assert home.ended(again).result == "alive"


def test_an_idle_agent_that_was_frozen_works_again(home: House) -> None:
    agent = home.spawn("coder")
    conductor = home.conductor("--watch")
    until(lambda: home.leads(conductor), "it leads")
    pid = home.pid_of("coder")
    os.kill(pid, signal.SIGSTOP)
    try:
        until(lambda: home.agent("coder").state == "error", "it is taken for dead")
        message = agent.send("task", description="echo mail")  # a frozen agent's blocking read takes it
        time.sleep(0.1)
    finally:
        os.kill(pid, signal.SIGCONT)
    until(lambda: home.agent("coder").state in ("idle", "working"), "it came back to life")
    until(lambda: home.town.channel.get_task(message) is not None, "the mail was read")
    assert home.ended(message).result == "mail"


def _elected(home: House) -> list[str]:
    return [event.details["pid"] for event in home.events("conductor.elected")]


_COUNT = 18
_WAIT = "until [ -e open ]; do sleep 0.02; done; "
_STEPS = "".join(
    f'[[tasks]]\nid = "step-{n}"\nagent = "coder"\nrun = "{_WAIT}echo {n} >> ran; sleep 0.15"\n'
    + (f'needs = ["step-{n - 1}"]\n' if n else "")
    for n in range(_COUNT)
)


def _assert_no_double_release(home: House) -> None:
    tasks = {key: held.value for key, held in home.town.ledger.all().items()}
    starts = check("house", tasks, home.town.journal.since("0-0"))
    assigned = [(event.task, event.attempt) for event in home.events("task.assigned")]
    assert len(assigned) == len(set(assigned))
    assert set(starts.values()) == {1}
    assert (home.root / "ran").read_text().split() == [str(n) for n in range(_COUNT)]


def test_a_second_conductor_stands_by_and_takes_over_when_the_first_is_killed(home: House) -> None:
    home.spawn("coder")
    home.push(_STEPS)
    first = home.conductor()
    until(lambda: home.leads(first), "the first leads")
    second = home.conductor()
    until(lambda: "standing by" in home.said(second), "the second stands by")
    (home.root / "open").touch()
    until(lambda: home.states().get("completed", 0) >= 3, "some are done")
    assert _elected(home) == [str(first.pid)]
    first.kill()
    first.wait()
    until(lambda: home.leads(second), "the second leads", 10)
    assert second.wait(40) == 0, home.said(second)
    assert _elected(home) == [str(first.pid), str(second.pid)]
    _assert_no_double_release(home)


def test_a_conductor_that_resigns_is_followed_at_once(home: House) -> None:
    home.spawn("coder")
    home.push(_STEPS)
    first, second = home.conductor(), home.conductor()
    until(lambda: home.leads(first) or home.leads(second), "one leads")
    leader, other = (first, second) if home.leads(first) else (second, first)
    until(lambda: "standing by" in home.said(other), "the other stands by")
    (home.root / "open").touch()
    leader.terminate()
    assert leader.wait(10) != 0
    until(lambda: home.leads(other), "the other leads", 1.5)  # sooner than the lease would run out
    assert other.wait(40) == 0
    _assert_no_double_release(home)


def test_a_frozen_leader_that_wakes_is_refused_and_stands_by(home: House) -> None:
    home.spawn("coder")
    home.push(_STEPS)
    first = home.conductor()
    until(lambda: home.leads(first), "the first leads")
    second = home.conductor()
    until(lambda: "standing by" in home.said(second), "the second stands by")
    (home.root / "open").touch()
    os.kill(first.pid, signal.SIGSTOP)
    try:
        until(lambda: home.leads(second), "the second leads", 10)
        done = home.states().get("completed", 0)
        until(lambda: home.states().get("completed", 0) > done + 2, "the second gets things done")
    finally:
        os.kill(first.pid, signal.SIGCONT)
    until(lambda: "standing by" in home.said(first), "the first stands by")
    assert home.leads(second)
    assert second.wait(40) == 0, home.said(second)
    assert first.wait(20) == 0, home.said(first)
    _assert_no_double_release(home)


def test_many_conductors_release_everything_once(home: House) -> None:
    home.spawn("coder")
    home.push(_STEPS)
    (home.root / "open").touch()
    conductors = [home.conductor() for _ in range(5)]
    for conductor in conductors:
        assert conductor.wait(60) == 0, home.said(conductor)
    _assert_no_double_release(home)
