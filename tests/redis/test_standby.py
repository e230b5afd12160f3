"""Standing by: a conductor waits to take over, and does so at once."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from conductor import lease as lease_module
from conductor.lease import Lease
from conductor.standby import stand_by
from tests.towns import until
from tinytown.connection import Address, Connection
from tinytown.journal import Journal
from tinytown.keys import Keys
from tinytown.server import Server


class Standbys:
    """Rivals that wait in threads of their own, and how often they ask Redis."""

    def __init__(self, server: Server, keys: Keys, count: int) -> None:
        self.elected: list[tuple[float, Lease]] = []
        self.asked = 0
        self._leases: list[Lease] = []
        self._threads = [threading.Thread(target=self._wait, args=(server, keys)) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def _wait(self, server: Server, keys: Keys) -> None:
        connection = Counting(server.address, self)
        lease = Lease(connection, Connection(server.address), keys)
        self._leases.append(lease)
        stand_by(lease, Journal(connection, keys), lambda read: read(), lambda _: None)
        self.elected.append((time.monotonic(), lease))

    def end(self) -> None:
        """Lets each of them be elected and resign."""
        for count in range(1, len(self._threads) + 1):
            until(lambda count=count: len(self.elected) >= count, f"{count} were elected")  # type: ignore[misc]
            self.elected[count - 1][1].give_up()
        for thread in self._threads:
            thread.join()


class Counting(Connection):
    """A connection that notes how often it is used."""

    def __init__(self, address: Address, standbys: Standbys) -> None:
        super().__init__(address)
        self._standbys = standbys

    def run(self, *command: str | int) -> Any:
        self._standbys.asked += 1
        return super().run(*command)


def _wait_until_they_wait(connection: Connection, count: int) -> None:
    until(lambda: str(connection.run("CLIENT", "LIST")).count("cmd=xread") == count, "they wait")


@pytest.mark.parametrize("count", [1, 5])
def test_a_resignation_is_heard_at_once(
    claim: Callable[[], Lease], server: Server, connection: Connection, keys: Keys, count: int
) -> None:
    first = claim()
    first.take()
    standbys = Standbys(server, keys, count)
    _wait_until_they_wait(connection, count)
    moment = time.monotonic()
    first.give_up()
    until(lambda: bool(standbys.elected), "another is elected")
    assert standbys.elected[0][0] - moment < 0.5
    standbys.end()


def test_who_waits_for_a_lease_to_run_out_wakes_when_it_does(
    claim: Callable[[], Lease], server: Server, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease_module, "LEASE_SECONDS", 1.0)
    monkeypatch.setattr(lease_module, "_RENEW_SECONDS", 60.0)
    first = claim()
    first.take()
    moment = time.monotonic()
    standbys = Standbys(server, keys, 1)
    until(lambda: bool(standbys.elected), "another is elected")
    assert 0.9 < standbys.elected[0][0] - moment < 1.5
    standbys.end()


def test_standbys_of_a_busy_town_ask_seldom(
    claim: Callable[[], Lease], server: Server, connection: Connection, keys: Keys
) -> None:
    first = claim()
    first.take()
    standbys = Standbys(server, keys, 5)
    _wait_until_they_wait(connection, 5)
    asked, moment = standbys.asked, time.monotonic()
    while time.monotonic() - moment < 1.0:
        connection.run("XADD", keys.events, "*", "type", "task.started", "at", "")
    assert standbys.asked - asked <= 5 * 25
    first.give_up()
    standbys.end()
