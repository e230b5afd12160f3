"""The managed Redis: racing starts, kill -9, things left lying about, stopping on purpose."""

import os
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tests.forked import TT
from tests.towns import House, alive, house, processes_in, settle, until
from tinytown.config import Config
from tinytown.connection import Connection
from tinytown.errors import RedisUnreachableError, StoreError, TownStoppedError
from tinytown.events import town_event
from tinytown.server import Server
from tinytown.tasks import Task
from tinytown.transaction import Transaction


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path / "town") as made:
        yield made


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A folder for servers that the test starts itself."""
    yield tmp_path
    for runtime in tmp_path.rglob(".tt"):
        Server(runtime.parent, Config(name="x")).stop()
    assert settle(tmp_path) == {}


def _servers(folder: Path) -> list[int]:
    return [pid for pid, line in processes_in(folder).items() if "redis-server" in line]


def _await_death(pid: int) -> None:
    until(lambda: not alive(pid), "it is dead")


def _await_length(written: list[Task], count: int) -> None:
    until(lambda: len(written) >= count, f"{count} are written")


def _pings(server: Server) -> bool:
    connection = Connection(server.address)
    try:
        return bool(connection.run("PING") == "PONG")
    finally:
        connection.close()


def test_twenty_racing_threads_start_one_server(root: Path) -> None:
    barrier = threading.Barrier(20)

    def start(_: int) -> bool:
        barrier.wait()
        server = Server(root, Config(name="x"))
        started = server.ensure()
        assert _pings(server)
        return started

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(start, range(20))) == 1
    assert len(_servers(root)) == 1


def test_racing_processes_start_one_server(root: Path) -> None:
    (root / "tinytown.toml").write_text('name = "race"\n')
    runs = [subprocess.Popen([TT, "start"], cwd=root, stdout=subprocess.DEVNULL) for _ in range(10)]
    assert [run.wait(60) for run in runs] == [0] * 10
    assert len(_servers(root)) == 1


def test_a_killed_server_is_started_again_with_everything_acknowledged(root: Path) -> None:
    server = Server(root, Config(name="x"))
    for round_ in range(5):
        server.ensure()
        connection = Connection(server.address)
        assert connection.run("LLEN", "list") == round_ * 100
        for number in range(100):
            connection.run("RPUSH", "list", number)
        (pid,) = _servers(root)
        os.kill(pid, signal.SIGKILL)
        _await_death(pid)
        connection.close()


def test_writers_lose_nothing_acknowledged_over_kills(home: House) -> None:
    """Threads write through the one transaction while the server is killed again and again."""
    stopped = threading.Event()
    acknowledged: list[Task] = []
    doubtful: list[Task] = []

    def write() -> None:
        connection = home.town.another_connection()
        while not stopped.is_set():
            task = Task.new("x")
            transaction = Transaction(home.town.keys)
            transaction.create_task(task)
            transaction.tell(town_event("test.written", task_id=str(task.id)))
            try:
                transaction.commit(connection)
            except RedisUnreachableError:
                doubtful.append(task)
            else:
                acknowledged.append(task)
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for round_ in range(5):
        _await_length(acknowledged, (round_ + 1) * 200)
        with suppress(RedisUnreachableError):
            home.town.connection.run("PING")
        home.kill_redis()
    stopped.set()
    for thread in threads:
        thread.join()
    found = home.town.ledger.all()
    assert {task.id for task in acknowledged} <= set(found)
    assert set(found) <= {task.id for task in (*acknowledged, *doubtful)}
    told = {event.details["task_id"] for event in home.events("test.written")}
    assert told == {str(task) for task in found}  # a transaction is there whole, or not at all


def test_a_stale_socket_does_no_harm(root: Path) -> None:
    server = Server(root, Config(name="x"))
    server.socket.parent.mkdir()
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(server.socket))
    left.close()
    assert server.ensure()
    assert _pings(server)


def test_a_stale_pid_file_with_a_living_strangers_pid_does_no_harm(root: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        server = Server(root, Config(name="x"))
        server.socket.parent.mkdir()
        (root / ".tt" / "redis.pid").write_text(f"{stranger.pid}\n")
        assert server.ensure()
        assert server.stop()
        (root / ".tt" / "redis.pid").write_text(f"{stranger.pid}\n")
        assert not server.stop()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_foreign_file_in_the_place_of_the_socket_is_left_alone(root: Path) -> None:
    server = Server(root, Config(name="x"))
    server.socket.parent.mkdir()
    server.socket.write_text("precious")
    with pytest.raises(StoreError, match="is no socket") as refusal:
        server.ensure()
    assert str(server.socket) in refusal.value.message
    assert refusal.value.remedy
    assert server.socket.read_text() == "precious"
    server.socket.unlink()
    assert server.ensure()


def test_a_folder_in_the_place_of_the_socket_is_left_alone(root: Path) -> None:
    server = Server(root, Config(name="x"))
    server.socket.mkdir(parents=True)
    with pytest.raises(StoreError, match="is no socket"):
        server.ensure()
    server.socket.rmdir()


def test_a_path_longer_than_a_socket_address(root: Path) -> None:
    deep = root / ("d" * 60) / ("e" * 60) / ("f" * 60)
    deep.mkdir(parents=True)
    server = Server(deep, Config(name="x"))
    assert server.ensure()
    assert _pings(server)
    assert server.socket.is_symlink()
    short = server.socket.readlink()
    assert short.parent.stat().st_mode & 0o777 == 0o700
    (pid,) = _servers(deep)
    os.kill(pid, signal.SIGKILL)
    _await_death(pid)
    assert server.ensure()
    assert _pings(server)
    assert server.stop()
    assert not server.socket.is_symlink()
    assert not short.exists()


def test_only_we_may_reach_the_socket(root: Path) -> None:
    server = Server(root, Config(name="x"))
    server.ensure()
    assert server.socket.stat().st_mode & 0o777 == 0o700
    assert (root / ".tt").stat().st_mode & 0o777 == 0o700


def test_stopping_loses_nothing(home: House) -> None:
    for number in range(500):
        home.town.connection.run("SET", f"key-{number}", number)
    assert home.town.server is not None
    assert home.town.server.stop()
    assert _servers(home.root) == []
    home.town.connection.close()
    assert home.town.server.ensure()
    assert home.town.connection.run("DBSIZE") == 500


def test_nobody_revives_a_server_that_was_stopped_on_purpose(home: House) -> None:
    for name in ("one", "two", "three"):
        home.spawn(name)
    conductor = home.conductor("--watch")
    until(lambda: home.leads(conductor), "it leads")
    home.running(home.town.agent("one").assign("sleep 1; echo done"))
    assert home.town.server is not None
    home.town.server.stop()
    with pytest.raises(TownStoppedError):
        home.town.another_connection().run("PING")
    until(lambda: not processes_in(home.root), f"all are gone: {processes_in(home.root)}")
    assert conductor.wait(10) != 0
    assert "the town was stopped" in home.said(conductor)
    assert "Traceback" not in home.said(conductor) + "".join(map(home.log, ("one", "two", "three")))


def test_a_stop_between_a_revivers_look_and_its_start_is_heeded(root: Path) -> None:
    """Whoever waits to start a dead server again must not undo a `tt stop` that came meanwhile."""
    import fcntl

    server = Server(root, Config(name="x"))
    server.ensure()
    (pid,) = _servers(root)
    os.kill(pid, signal.SIGKILL)
    _await_death(pid)
    lock = os.open(root / ".tt" / "redis.lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    with ThreadPoolExecutor(1) as pool:
        reviver = pool.submit(Server(root, Config(name="x")).revive)
        until(reviver.running, "somebody revives")
        threading.Event().wait(0.2)  # it has looked, and waits for the lock
        (root / ".tt" / "stopped").touch()
        os.close(lock)
        with pytest.raises(TownStoppedError):
            reviver.result(20)
    assert _servers(root) == []
    assert Server(root, Config(name="x")).ensure()  # on purpose it may be started


def test_racing_starts_and_stops_end_in_good_order(root: Path) -> None:
    def do(number: int) -> None:
        server = Server(root, Config(name="x"))
        with suppress(StoreError):
            server.stop() if number % 2 else server.ensure()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(do, range(40)))
    server = Server(root, Config(name="x"))
    server.ensure()
    assert _pings(server)
    assert len(_servers(root)) == 1
