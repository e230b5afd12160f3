"""A town of its own for each test, with real agents."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.towns import House, house

_VARIABLES = (
    "REDIS_URL",
    "TT_REDIS_SERVER",
    "TINYTOWN_TOWN",
    "TINYTOWN_AGENT_NAME",
    "TINYTOWN_AGENT_ID",
    "TINYTOWN_TASK_ID",
)


@pytest.fixture(autouse=True)
def _own_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Makes towns with a tinytown.toml of the test's own."""
    with ExitStack() as stack:

        def make(toml: str = "", name: str = "house") -> House:
            return stack.enter_context(house(tmp_path / name, toml, name))

        yield make


@pytest.fixture
def home(build: Callable[..., House]) -> House:
    """A town with nothing special."""
    return build()
