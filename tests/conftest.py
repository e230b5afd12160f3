"""Shared by all tests: one real Redis for each test process, emptied between tests, and the pace of hypothesis."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

from tests.chaos.faults.everywhere import beset_everything, what_happened
from tests.chaos.tally import close_tally, open_tally
from tests.simulated_sums import what_was_simulated
from tests.towns import House, house
from tinytown.config import Config
from tinytown.connection import Connection
from tinytown.keys import Keys
from tinytown.server import Server
from tinytown.site import Site

# A machine that does something else for a moment is no reason to fail. Nor is luck: the same tree gets the same
# examples; a soak (--hypothesis-profile=explore) draws new ones each time and prints how to get them again.
settings.register_profile("tinytown", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, print_blob=True)
settings.load_profile("tinytown")

_NUMBERS = count(1)

_VARIABLES = (
    "REDIS_URL",
    "TT_REDIS_SERVER",
    "TINYTOWN_TOWN",
    "TINYTOWN_AGENT_NAME",
    "TINYTOWN_AGENT_ID",
    "TINYTOWN_TASK_ID",
)


def pytest_configure() -> None:
    open_tally()
    beset_everything()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says at the end what all the chaos of the run came to, and how much was simulated."""
    if hasattr(config, "workerinput"):  # one of several processes that run tests: not yet the end
        return
    sums = close_tally(what_happened())
    if sums:
        terminalreporter.section("chaos")
        terminalreporter.line(sums)
    simulated = what_was_simulated(terminalreporter.getreports("passed"))
    if simulated:
        terminalreporter.section("simulation")
        terminalreporter.line(simulated)


@pytest.fixture(scope="session", autouse=True)
def folders_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes what belongs to whoever runs it."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(home / "config"))
        patch.setenv("XDG_STATE_HOME", str(home / "state"))
        yield


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


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., House]]:
    """Makes towns with real agents, with a tinytown.toml of the test's own."""
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
    with ExitStack() as stack:

        def make(toml: str = "", name: str = "house") -> House:
            return stack.enter_context(house(tmp_path / name, toml, name))

        yield make


@pytest.fixture
def home(build: Callable[..., House]) -> House:
    """A town with nothing special."""
    return build()
