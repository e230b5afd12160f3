"""Redis refuses for a while: all wait for it, and every task completes exactly once."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.journal_laws import check
from tests.towns import QUICK_PULSE, House, until
from tinytown.connection import Connection
from tinytown.errors import StoreError

_COUNT = 14
_PLAN = "".join(
    f'[[tasks]]\nid = "t{n}"\nagent = "{"ab"[n % 2]}"\nrun = "echo {n} >> ran; sleep 0.3"\n'
    + (f'needs = ["t{n - 2}"]\n' if n > 1 else "")
    for n in range(_COUNT)
)


@pytest.fixture
def home(build: Callable[..., House]) -> House:
    home = build(QUICK_PULSE)
    home.town.connection.run("CONFIG", "SET", "lua-time-limit", 50)
    return home


@contextmanager
def _busy(home: House) -> Iterator[None]:
    """A script runs that does not end by itself."""
    script = Connection(home.town.connection.address)

    def run() -> None:
        with pytest.raises(StoreError, match="killed"):
            script.run("EVAL", "while true do end", 0)

    thread = threading.Thread(target=run)
    thread.start()
    probe = Connection(home.town.connection.address)
    until(lambda: _refuses(probe), "it is busy")
    try:
        yield
    finally:
        probe.run("SCRIPT", "KILL")
        thread.join()
        probe.close()
        script.close()


def _refuses(connection: Connection) -> bool:
    try:
        connection.run("PING")
    except StoreError:
        return True
    return False


@contextmanager
def _full(home: House) -> Iterator[None]:
    home.town.connection.run("CONFIG", "SET", "maxmemory", "1")
    try:
        yield
    finally:
        home.town.connection.run("CONFIG", "SET", "maxmemory", "0")


@contextmanager
def _replica(home: House) -> Iterator[None]:
    """A failover makes a replica of it, of somebody who does not answer."""
    home.town.connection.run("REPLICAOF", "127.0.0.1", "1")
    try:
        yield
    finally:
        home.town.connection.run("REPLICAOF", "NO", "ONE")


@contextmanager
def _masterless(home: House) -> Iterator[None]:
    """A replica that does not even answer, because it has lost its master."""
    home.town.connection.run("CONFIG", "SET", "replica-serve-stale-data", "no")
    with _replica(home):
        yield


_TROUBLES = [_busy, _full, _replica, _masterless]


@pytest.mark.parametrize("trouble", _TROUBLES)
@pytest.mark.parametrize("seconds", [0.5, 3.0])
def test_a_plan_goes_on_when_redis_takes_commands_again(
    home: House, trouble: Callable[[House], object], seconds: float
) -> None:
    workers = [home.spawn(name).state().pid for name in "ab"]
    home.push(_PLAN)
    conductor = home.conductor()
    until(lambda: home.states().get("completed", 0) >= 2, "some are done")
    with trouble(home):  # type: ignore[attr-defined]
        time.sleep(seconds)
    assert conductor.wait(60) == 0, home.said(conductor)
    assert home.states() == {"completed": _COUNT}
    tasks = {key: held.value for key, held in home.town.ledger.all().items()}
    assert set(check("house", tasks, home.town.journal.since("0-0")).values()) == {1}
    assert sorted(map(int, (home.root / "ran").read_text().split())) == list(range(_COUNT))
    assert [home.pid_of(name) for name in "ab"] == workers
    assert home.events("agent.error") == []
    for said in (home.said(conductor), home.log("a"), home.log("b")):
        assert "Traceback" not in said
        assert said.count("cannot") <= 5, "it does not go on about it"


@pytest.mark.parametrize(
    ("trouble", "words", "remedy"),
    [
        (_busy, "is kept busy by a script", "SCRIPT KILL"),
        (_full, "cannot write", "Free some disk space or memory"),
        (_replica, "is a replica and cannot write", "Wait until it is in charge again"),
        (_masterless, "cannot answer now: MASTERDOWN", "Try again in a moment"),
    ],
)
def test_a_command_says_what_redis_says_and_what_to_do(
    home: House, trouble: Callable[[House], object], words: str, remedy: str
) -> None:
    with trouble(home):  # type: ignore[attr-defined]
        began = time.monotonic()
        run = home.tt("send", "conductor", "hello")
        assert time.monotonic() - began < 5
    assert run.returncode == 1
    assert words in run.stderr
    assert remedy in run.stderr
    assert "Traceback" not in run.stderr
    assert home.tt("send", "conductor", "hello").returncode == 0


@pytest.mark.parametrize("trouble", _TROUBLES)
def test_an_agent_that_leaves_while_redis_refuses_signs_off(
    home: House, trouble: Callable[[House], object]
) -> None:
    agent = home.spawn("a", idle=1.0)
    with trouble(home):  # type: ignore[attr-defined]
        time.sleep(2.5)
    assert agent.wait(20).state == "stopped"
    assert "Traceback" not in home.log("a")


@pytest.mark.parametrize("trouble", [_busy, _masterless])
def test_an_agent_that_starts_while_redis_refuses_gets_ready(
    home: House, trouble: Callable[[House], object]
) -> None:
    from tinytown.agents import Wish
    from tinytown.spawn import spawn

    agent = spawn(home.town.site, Wish("a", "shell"))
    with trouble(home):  # type: ignore[attr-defined]
        time.sleep(1.5)
    until(lambda: home.agent("a").state == "idle", "it is ready")
    assert home.agent("a").id == agent.id
