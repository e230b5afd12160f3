"""Every test here must leave the store as its schema says."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conductor.lease import Lease
from planner.sync.store import Store
from tests.desk import Desk
from tests.office import Office
from tinytown.connection import Connection
from tinytown.keys import Keys
from tinytown.server import Server
from tinytown.site import Site

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_SCHEMA = {
    re.compile(f"tt:[^:]+:{name}"): kind
    for name, kind in {
        f"task:{_UUID}": "string",
        f"agent:{_UUID}": "string",
        f"inbox:{_UUID}": "list",
        f"processing:{_UUID}": "list",
        f"alive:{_UUID}": "string",
        "tasks": "set",
        "agents": "hash",
        "backlog": "list",
        "delayed": "zset",
        "plan": "hash",
        "events": "stream",
        "conductor": "string",
    }.items()
}
_EXPIRING = re.compile(f"tt:[^:]+:(alive:{_UUID}|conductor)")


@pytest.fixture(autouse=True)
def schema(connection: Connection) -> Iterator[None]:
    """Looks at every key that the test leaves behind, then empties the store."""
    yield
    keys = sorted(connection.run("KEYS", "*"))
    try:
        kinds = connection.run_all([("TYPE", key) for key in keys])
        lives = connection.run_all([("PTTL", key) for key in keys])
        for key, kind, life in zip(keys, kinds, lives, strict=True):
            if kind == "none":
                continue  # it expired just now
            documented = [wanted for pattern, wanted in _SCHEMA.items() if pattern.fullmatch(key)]
            assert documented == [kind], f"{key} is a {kind}"
            assert (life >= 0) == bool(_EXPIRING.fullmatch(key)), f"{key} expires in {life} ms"
    finally:
        connection.run("FLUSHALL")


@pytest.fixture
def desk(connection: Connection, keys: Keys, town: str, tmp_path: Path) -> Desk:
    """A town, and the place of a file to sync with it."""
    return Desk(Store(connection, keys, town), tmp_path / "tasks.toml")


@pytest.fixture
def claim(server: Server, connection: Connection, keys: Keys) -> Iterator[Callable[[], Lease]]:
    """Makes the leases of rival conductors."""
    leases: list[Lease] = []

    def make() -> Lease:
        leases.append(Lease(connection, Connection(server.address), keys))
        return leases[-1]

    yield make
    for lease in leases:
        lease.give_up()


@pytest.fixture
def office(site: Site, claim: Callable[[], Lease]) -> Office:
    lease = claim()
    lease.take()
    return Office(site, lease)
