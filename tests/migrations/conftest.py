"""What other programs leave in Redis, and an empty Redis after each test: some of it stays."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tinytown.connection import Connection
from tinytown.migration import migrate
from tinytown.site import Site

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def emptied(connection: Connection) -> Iterator[None]:
    yield
    connection.run("FLUSHALL")


@pytest.fixture
def stepwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step of a migration is a transaction of its own."""
    monkeypatch.setattr(migrate, "BATCH", 1)


@pytest.fixture
def left(site: Site) -> Callable[[str], None]:
    """Puts what another program has left into Redis."""

    def put(name: str) -> None:
        text = (HERE / f"{name}.json").read_text().replace("{town}", site.config.name)
        for command in json.loads(text):
            site.connection.run(*command)

    return put
