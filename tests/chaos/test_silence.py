"""All heartbeats and the lease expire at once though everybody lives: nobody is taken for dead."""

import os
import signal
import time
from collections.abc import Callable

import pytest

from tests.journal_laws import check
from tests.towns import QUICK_PULSE, House, until

_PLAN = (
    '[[tasks]]\nid = "slow"\nagent = "coder"\n'
    'run = "echo begun >> ran; until [ -e open ]; do sleep 0.02; done; echo done"\n'
    '[[tasks]]\nid = "next"\nagent = "coder"\nparent = "slow"\nrun = "echo next >> ran"\n'
)


@pytest.fixture
def home(build: Callable[..., House]) -> House:
    return build(QUICK_PULSE)


def _begin(home: House, *, quick: bool = True) -> None:
    home.spawn("coder")
    home.spawn("idler")
    home.push(_PLAN)
    conductor = home.conductor(quick=quick)
    until(lambda: home.leads(conductor), "it leads")
    home.running("slow")
    until((home.root / "ran").exists, "its command has begun")


def _assert_nobody_was_buried(home: House) -> None:
    (home.root / "open").touch()
    (conductor,) = home.conductors
    assert conductor.wait(30) == 0, home.said(conductor)
    assert home.events("agent.error") == home.events("task.requeued") == []
    assert (home.root / "ran").read_text().split() == ["begun", "next"]
    tasks = {key: held.value for key, held in home.town.ledger.all().items()}
    assert set(check("house", tasks, home.town.journal.since("0-0")).values()) == {1}
    assert {home.agent(name).state for name in ("coder", "idler")} == {"idle"}


def _freeze_redis(home: House, seconds: float) -> None:
    redis = home.redis_pid()
    os.kill(redis, signal.SIGSTOP)
    try:
        time.sleep(seconds)
    finally:
        os.kill(redis, signal.SIGCONT)


@pytest.mark.parametrize("quick", [True, False])
def test_redis_was_frozen_for_longer_than_heartbeats_last(home: House, *, quick: bool) -> None:
    _begin(home, quick=quick)
    _freeze_redis(home, 4)
    (conductor,) = home.conductors
    until(lambda: home.leads(conductor), "it leads still, or again")
    time.sleep(4)  # nor are they buried later
    _assert_nobody_was_buried(home)


def test_redis_was_frozen_for_longer_than_the_lease_lasts(home: House) -> None:
    _begin(home)
    for _ in range(3):
        _freeze_redis(home, 2.2)
    _assert_nobody_was_buried(home)


@pytest.mark.parametrize("times", [1, 20])
def test_the_clock_jumped_and_everything_expired_at_once(home: House, times: int) -> None:
    _begin(home)
    (conductor,) = home.conductors
    run, keys = home.town.connection.run, home.town.keys
    for _ in range(times):
        for agent in home.town.list_agents():
            run("PEXPIRE", keys.alive(agent.id), 1)
        run("PEXPIRE", keys.conductor, 1)
        time.sleep(0.1)
    until(lambda: home.leads(conductor), "it leads again, by itself")
    assert {event.details["pid"] for event in home.events("conductor.elected")} == {str(conductor.pid)}
    assert len(home.events("conductor.elected")) > 1
    time.sleep(2)
    _assert_nobody_was_buried(home)


def test_a_conductor_that_was_frozen_buries_nobody_when_it_wakes(home: House) -> None:
    _begin(home)
    (conductor,) = home.conductors
    for _ in range(3):
        os.kill(conductor.pid, signal.SIGSTOP)
        time.sleep(2.5)
        for agent in home.town.list_agents():
            home.town.connection.run("PEXPIRE", home.town.keys.alive(agent.id), 1)
        os.kill(conductor.pid, signal.SIGCONT)
        until(lambda: home.leads(conductor), "it leads again")
    _assert_nobody_was_buried(home)
