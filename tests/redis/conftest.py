"""One real Redis for the session; a town of its own for each test."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tinytown.config import Config
from tinytown.connection import Connection
from tinytown.keys import Keys
from tinytown.server import Server

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
