"""The one door to Redis: what comes back, and what its errors are called."""

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.towns import until
from tinytown import errors
from tinytown.binary import find_server
from tinytown.config import Config
from tinytown.connection import Address, Connection, reachable
from tinytown.detached import start_detached
from tinytown.keys import Keys
from tinytown.server import Server
from tinytown.transaction import Transaction

Start = Callable[..., Address]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a Redis with some options; gives its address."""
    started: list[int] = []

    def begin(*options: str) -> Address:
        path = tmp_path / "r.sock"
        process = start_detached(
            [str(find_server(None)), "--port", "0", "--unixsocket", str(path), "--save", "", *options],
            folder=tmp_path,
        )
        started.append(process.pid)
        until(lambda: _listens(path), "it listens")
        return Address(socket=path)

    yield begin
    for pid in started:
        os.kill(pid, signal.SIGKILL)


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return path.exists() and probe.connect_ex(str(path)) == 0


def test_answers_come_back_as_redis_gives_them(connection: Connection, keys: Keys) -> None:
    assert connection.run("SET", keys.conductor, "ü\r\n") == "OK"
    assert connection.run("GET", keys.conductor) == "ü\r\n"
    assert connection.run("GET", keys.tasks) is None
    assert connection.run("EXISTS", keys.conductor) == 1
    assert connection.run("LRANGE", keys.backlog, 0, -1) == []
    connection.run("DEL", keys.conductor)


def test_foreign_bytes_could_be_read_but_not_sent_back(connection: Connection, keys: Keys) -> None:
    connection.run("EVAL", "return redis.call('RPUSH', KEYS[1], '\\255\\254 ok')", 1, keys.backlog)
    (text,) = connection.run("LRANGE", keys.backlog, 0, -1)
    assert connection.run("LREM", keys.backlog, 1, text) == 1
    assert connection.run_all([("RPUSH", keys.backlog, text), ("LPOP", keys.backlog)]) == [1, text]


def test_many_commands_are_one_round_trip_and_all_are_carried_out(connection: Connection, keys: Keys) -> None:
    assert connection.run_all([]) == []
    assert connection.run_all([("SADD", keys.tasks, str(n)) for n in range(1000)]) == [1] * 1000
    with pytest.raises(errors.StoreError, match="WRONGTYPE"):
        connection.run_all(
            [("DEL", keys.tasks), ("SADD", keys.tasks, "x"), ("GET", keys.tasks), ("DEL", keys.tasks)]
        )
    assert connection.run("EXISTS", keys.tasks) == 0
    assert connection.run("PING") == "PONG"


def test_a_refused_command_leaves_the_connection_in_order(connection: Connection) -> None:
    with pytest.raises(errors.StoreError, match=r"refused a command: .*unknown command"):
        connection.run("NONSENSE")
    assert connection.run("PING") == "PONG"


def test_threads_share_a_connection_and_each_gets_its_own_answer(connection: Connection) -> None:
    wrong: list[str] = []

    def ask(name: str) -> None:
        wrong.extend(
            name for number in range(200) if connection.run("ECHO", f"{name}{number}") != f"{name}{number}"
        )

    threads = [threading.Thread(target=ask, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_nobody_there_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(errors.RedisUnreachableError, match="does not answer") as error:
        Connection(Address(socket=tmp_path / "none.sock")).run("PING")
    assert "tt start" in error.value.remedy


def test_a_closed_or_broken_connection_opens_anew(start: Start) -> None:
    connection = Connection(start())
    me = connection.run("CLIENT", "ID")
    connection.close()
    assert connection.run("CLIENT", "ID") != me
    other = Connection(connection.address)
    other.run("CLIENT", "KILL", "ID", connection.run("CLIENT", "ID"))
    with pytest.raises(errors.RedisUnreachableError):
        connection.run("PING")
    assert connection.run("PING") == "PONG"
    other.close()
    connection.close()


def test_an_impatient_connection_counts_as_lost(connection: Connection) -> None:
    hasty = Connection(connection.address, patience=0.05)
    with pytest.raises(errors.RedisUnreachableError):
        hasty.run("BLPOP", "tt:x:nothing", 0)
    assert hasty.run("PING") == "PONG"
    hasty.close()


def test_a_server_that_died_is_revived_once(tmp_path: Path) -> None:
    server = Server(tmp_path, Config(name="t"))
    server.ensure()
    connection = Connection(server.address, server.revive)
    connection.run("SET", "tt:t:conductor", "x")
    pid = server.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(errors.RedisUnreachableError):
        connection.run("PING")
    assert connection.run("GET", "tt:t:conductor") == "x"
    server.stop()
    with pytest.raises(errors.RedisUnreachableError):
        connection.run("PING")
    with pytest.raises(errors.TownStoppedError):
        connection.run("PING")


def test_a_password_is_wanted_or_another_one(start: Start) -> None:
    address = start("--requirepass", "s3cret@/")
    for password in (None, "wrong-one"):
        connection = Connection(Address(socket=address.socket, password=password))
        with pytest.raises(errors.RedisDeniedError) as error:
            connection.run("PING")
        assert "TINYTOWN_REDIS_PASSWORD" in error.value.remedy
        assert "wrong-one" not in f"{error.value.message} {error.value.__cause__}"
        connection.close()
    connection = Connection(Address(socket=address.socket, password="s3cret@/"))  # noqa: S106  made up here
    assert connection.run("PING") == "PONG"
    connection.check_version()
    connection.close()


def test_a_full_memory_refuses_a_transaction_whole(start: Start, keys: Keys) -> None:
    connection = Connection(start())
    connection.run("CONFIG", "SET", "maxmemory-policy", "noeviction")
    connection.run("CONFIG", "SET", "maxmemory", "1")
    transaction = Transaction(keys).set(keys.task("1"), "x").set_field(keys.plan, "a", "b")
    with pytest.raises(errors.StoreFullError, match=r"cannot write: .*command not allowed when used memory"):
        transaction.commit(connection)
    assert connection.run("KEYS", "*") == []
    # One that begins by freeing something is let through, and then whole too.
    Transaction(keys).delete(keys.task("1")).set(keys.task("2"), "y").set_field(keys.plan, "a", "b").commit(
        connection
    )
    assert sorted(connection.run("KEYS", "*")) == sorted([keys.task("2"), keys.plan])
    connection.close()


def test_a_store_that_cannot_be_saved_refuses_a_transaction_whole(start: Start, keys: Keys, tmp_path: Path) -> None:
    connection = Connection(start("--dir", str(tmp_path), "--dbfilename", "x.rdb"))
    connection.run("CONFIG", "SET", "save", "3600 1000000")
    (tmp_path / "x.rdb").mkdir()
    connection.run("BGSAVE")
    until(lambda: "rdb_last_bgsave_status:err" in connection.run("INFO", "persistence"), "saving fails")
    with pytest.raises(errors.StoreFullError, match=r"cannot write: .*MISCONF"):
        Transaction(keys).set(keys.task("1"), "x").commit(connection)
    assert connection.run("KEYS", "*") == []
    connection.close()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (Address(url="redis://user:hidden@host:7000/3?x=hidden"), "redis://host:7000/3"),
        (Address(url="rediss://:hidden@host"), "rediss://host"),
        (Address(socket=Path("/x/y.sock"), password="hidden"), "/x/y.sock"),  # noqa: S106  made up here
        (Address(), ""),
    ],
)
def test_an_address_is_told_without_its_password(address: Address, words: str) -> None:
    assert str(address) == words


@pytest.mark.parametrize("url", ["http://x", "redis://x:port", "nonsense"])
def test_what_is_no_address_is_refused_without_being_told(url: str) -> None:
    with pytest.raises(errors.ConfigError, match="no address of a Redis"):
        Connection(Address(url=url)).run("PING")


def test_a_socket_too_deep_is_reached_by_its_link(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100) / "redis.sock"
    deep.parent.mkdir()
    assert reachable(tmp_path / "redis.sock") == tmp_path / "redis.sock"
    assert reachable(deep) == deep
    deep.symlink_to("/short/redis.sock")
    assert reachable(deep) == Path("/short/redis.sock")
