"""The public API: `with Town.connect(".") as town: town.spawn_agent("coder", "claude")`."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from tinytown import config as configuration
from tinytown.agents import Agent, Wish
from tinytown.assign import assign
from tinytown.channel import Channel
from tinytown.config import FILE, RUNTIME, Config
from tinytown.connection import Address, Connection
from tinytown.errors import NoTownError, TimedOutError, TinytownError, TownExistsError, UnknownAgentError
from tinytown.gitignore import hide_runtime, ignore_runtime
from tinytown.ids import CONDUCTOR_ID, check_name
from tinytown.journal import Journal
from tinytown.keys import Keys
from tinytown.ledger import Ledger
from tinytown.messages import Message
from tinytown.password import password
from tinytown.roster import Roster
from tinytown.server import Server
from tinytown.site import Site
from tinytown.spawn import await_ready, spawn
from tinytown.states import GONE
from tinytown.stop import stop_agent
from tinytown.tasks import Priority, Task
from tinytown.wait import await_change

_FOLDERS = ("agents", "logs", "tasks")


class Town:
    """A workspace: its folder, its Redis, its agents and tasks.

    A context manager. On leaving, it stops Redis (and before that the agents that it spawned) only if it was
    this Town that started Redis; what ran before goes on running.

    Args:
        root: The folder with tinytown.toml.
        config: What tinytown.toml says.
        connection: An open connection.
        server: The managed server, or None if Redis is elsewhere.
        started: Whether this Town started the server.
    """

    def __init__(
        self, root: Path, config: Config, connection: Connection, server: Server | None, *, started: bool
    ) -> None:
        self.root = root
        self.config = config
        self.connection = connection
        self.server = server
        self.started_redis = started
        self.keys = Keys(config.name)
        self.ledger = Ledger(connection, self.keys, config.name)
        self.roster = Roster(connection, self.keys)
        self.channel = Channel(connection, self.keys)
        self.journal = Journal(connection, self.keys)
        self._spawned: list[str] = []

    @classmethod
    def init(cls, path: str | Path, name: str | None = None, default_cli: str | None = None) -> Self:
        """Makes a town: tinytown.toml, the runtime folder, the line in .gitignore; and starts its Redis.

        Args:
            path: Its folder; made if absent.
            name: Its name; the folder's if absent.
            default_cli: The CLI of agents that name none, if not what the user's defaults say.

        Raises:
            TownExistsError: There is one here, or in a folder above.
            BadNameError: A town cannot be called so.
        """
        root = Path(path).resolve()
        check_name(name or root.name, "town")
        _refuse_nested(root)
        (root / RUNTIME).mkdir(parents=True, exist_ok=True)
        for folder in _FOLDERS:
            (root / RUNTIME / folder).mkdir(exist_ok=True)
        ignore_runtime(root)
        text = configuration.starter(name or root.name, default_cli)
        with (root / FILE).open("x", encoding="utf-8") as file:
            file.write(text)
        return cls.connect(root)

    @classmethod
    def connect(cls, path: str | Path = ".") -> Self:
        """Connects to the town that `path` lies in, starting its Redis if that is needed.

        Raises:
            NoTownError, ConfigError: There is no town, or its tinytown.toml cannot be read.
            StoreError: Redis cannot be started or reached.
        """
        root = configuration.find(Path(path))
        config = configuration.load(root)
        hide_runtime(root)
        address, server = locate(root, config)
        started = server.ensure() if server is not None else False
        connection = Connection(address, server.revive if server is not None else None)
        connection.check_version()
        return cls(root, config, connection, server, started=started)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection; stops the agents that it spawned and Redis if it started Redis."""
        if self.started_redis and self.server is not None:
            for name in self._spawned:
                with suppress(TinytownError):
                    stop_agent(self.site, self.roster.find(name))
            self.server.stop()
        self.connection.close()

    @property
    def name(self) -> str:
        return self.config.name

    @property
    def site(self) -> Site:
        """Where this town is and how it is reached, for the functions that work on it."""
        return Site(self.root, self.config, self.connection, self.keys)

    def another_connection(self) -> Connection:
        """A second connection, for another thread or a blocking read."""
        revive: Callable[[], None] | None = self.server.revive if self.server is not None else None
        return Connection(self.connection.address, revive)

    def spawn_agent(self, name: str, cli: str | None = None, role: str | None = None) -> "AgentHandle":
        """Starts an agent and waits until it is ready.

        Args:
            name: Its name, unique in the town.
            cli: Its CLI; the town's default if absent.
            role: What tasks with `role = …` it answers to.

        Raises:
            UnknownCliError, BadNameError, AgentExistsError, TooManyAgentsError: It cannot be.
            SpawnError: Its process ended before it was ready.
        """
        since = self.journal.last_id()
        agent = spawn(self.site, Wish(name, cli or self.config.default_cli, role))
        await_ready(self.site, agent, self.journal, since)
        self._spawned.append(name)
        return AgentHandle(self, agent.id)

    def agent(self, name: str) -> "AgentHandle":
        """The agent of this name.

        Raises:
            UnknownAgentError: There is none.
        """
        return AgentHandle(self, self.roster.find(name).value.id)

    def list_agents(self) -> list[Agent]:
        """Every agent, by name, with its last heartbeat."""
        return [agent for agent, _, _ in self.roster.shown()]


class AgentHandle:
    """A grip on one agent.

    Args:
        town: Its town.
        agent: Its id.
    """

    def __init__(self, town: Town, agent: UUID) -> None:
        self._town = town
        self.id = agent

    def assign(self, task: Task | str) -> UUID:
        """Gives the agent a task. Returns the task's id.

        Args:
            task: A pending task that is not in Redis yet, or its description.
        """
        new = Task.new(task) if isinstance(task, str) else task
        return assign(self._town.site, self.state(), new).id

    def send(self, message_type: str, priority: Priority | str = Priority.NORMAL, **payload: Any) -> UUID:
        """Sends the agent a message. Returns the message's id.

        Args:
            message_type: `task`, `query`, `informational`, `ping` …
            priority: low, normal, high or urgent.
            payload: The type's fields: `description=…`, `question=…`, `summary=…`.
        """
        message = Message.new(message_type, sender=own_id(), to=self.id, priority=Priority(priority), **payload)
        self._town.channel.send(message)
        return message.id

    def state(self) -> Agent:
        """The agent as it is now.

        Raises:
            UnknownAgentError: It was removed.
        """
        held = self._town.roster.get(self.id)
        if held is None:
            raise UnknownAgentError(f"agent {self.id} is gone", "`tt list` shows who is there.")
        return held.value

    def inbox_len(self) -> int:
        """How many messages wait for it."""
        return self._town.channel.inbox_len(self.id)

    def wait(self, timeout: float | None = None) -> Agent:
        """Waits until the agent has stopped. Returns it as it is then.

        Args:
            timeout: Seconds; None waits for ever.

        Raises:
            TimedOutError: It still runs.
        """
        return self._await(lambda agent: agent.state in GONE, timeout, "stopped")

    def wait_for_idle(self, timeout: float | None = None) -> Agent:
        """Waits until the agent has nothing in work and nothing in its inbox, or has stopped.

        Args:
            timeout: Seconds; None waits for ever.

        Raises:
            TimedOutError: It still has work.
        """

        def idle(agent: Agent) -> bool:
            return agent.state in GONE or self._town.channel.at_rest(self.id)

        return self._await(idle, timeout, "idle")

    def _await(self, reached: Callable[[Agent], bool], timeout: float | None, what: str) -> Agent:
        def look() -> Agent | None:
            return (
                self.state() if reached(self.state()) else None
            )  # what was reached may be newer than what was read

        def late() -> TimedOutError:
            agent = self.state()
            return TimedOutError(
                f'agent "{agent.name}" is {agent.state}, not {what}, after {timeout:g} s',
                f"Its log: {self._town.site.log(agent.name)}",
            )

        return await_change(self._town.journal, look, timeout, late)


def locate(root: Path, config: Config) -> tuple[Address, Server | None]:
    """Where the town's Redis is, and the server to manage, if it is ours to manage.

    Raises:
        ConfigError: The password cannot be had.
    """
    url = config.elsewhere
    if url is None:
        server = Server(root, config)
        return server.address, server
    return Address(url=url, password=password(root, config)), None


def own_id() -> UUID:
    """Who we are: the agent that this process works for, or the conductor's mailbox."""
    with suppress(KeyError, ValueError):
        return UUID(os.environ["TINYTOWN_AGENT_ID"])
    return CONDUCTOR_ID


def _refuse_nested(root: Path) -> None:
    try:
        outer = configuration.find(root)
    except NoTownError:
        return
    if outer == root:
        raise TownExistsError(
            f"{root} is a town already", f"Use it as it is, or delete {FILE} and {RUNTIME}/ to start over."
        )
    raise TownExistsError(f"{root} lies in the town {outer}", "Use that one, or make the new town outside of it.")
