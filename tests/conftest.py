"""Shared by all tests: one real Redis for each test process, emptied between tests, and the pace of hypothesis."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

from tinytown.config import Config
from tinytown.connection import Connection
from tinytown.keys import Keys
from tinytown.server import Server
from tinytown.site import Site

# A machine that does something else for a moment is no reason to fail.
settings.register_profile("tinytown", deadline=None)
settings.load_profile("tinytown")

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root: Path = tmp_path_factory.mktemp("redis")
    server = Server(root, Config(name="tests"))
    server.ensure()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def connection(server: Server) -> Iterator[Connection]:
    connection = Connection(server.address)
    yield connection
    connection.close()


@pytest.fixture
def town() -> str:
    """The name of a town that nobody else uses."""
    return f"town{next(_NUMBERS)}"


@pytest.fixture
def keys(town: str) -> Keys:
    return Keys(town)


@pytest.fixture
def site(tmp_path: Path, town: str, connection: Connection, keys: Keys) -> Site:
    """An empty town in a folder of its own."""
    return Site(tmp_path, Config(name=town), connection, keys)
