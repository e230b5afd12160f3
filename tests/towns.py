"""A real town in a temporary folder: its own Redis, agents and conductors, and an end that leaves nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

from planner.read import require_plan
from planner.sync.push import push
from planner.sync.store import Store
from tests.forked import TT, run
from tinytown.agents import Agent, Wish
from tinytown.errors import TinytownError
from tinytown.events import Event
from tinytown.spawn import await_ready, spawn
from tinytown.stop import stop_agents
from tinytown.tasks import Task
from tinytown.town import AgentHandle, Town

QUICK_PULSE = "[agent]\nheartbeat_secs = 0.2\ndead_after_secs = 1.5\n"
"""Agents whose death is noticed soon."""

_QUICK_CONDUCTOR = """
import conductor.lease, conductor.loop
conductor.lease.LEASE_SECONDS, conductor.lease._RENEW_SECONDS = 2.0, 0.4
conductor.loop.SWEEP_SECONDS = {sweep}
from tinytown.cli import main
raise SystemExit(main())
"""


def until(condition: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
    """Waits for a condition; fails when the time is up."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether a process lives; a zombie does not."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return False


def processes_in(folder: Path) -> dict[int, str]:
    """The living processes that work in a folder or below it, with their command lines."""
    found: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with suppress(OSError):
            place = str((entry / "cwd").readlink()).removesuffix(" (deleted)")
            if Path(place).is_relative_to(folder) and alive(int(entry.name)):
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


class House:
    """One town under test.

    Args:
        folder: Where it is to be.
        toml: What to add to its tinytown.toml.
        name: Its name.
    """

    def __init__(self, folder: Path, toml: str = "", name: str = "house") -> None:
        self.root = folder.resolve()
        self.root.mkdir(parents=True, exist_ok=True)
        head = f'name = "{name}"\ndefault_cli = "shell"\n'
        (self.root / "tinytown.toml").write_text(f"{head}{toml}", encoding="utf-8")
        self.town = Town.connect(self.root)
        self.conductors: list[subprocess.Popen[bytes]] = []

    def spawn(self, name: str, cli: str = "shell", *, rounds: int = 0, idle: float = 0.0) -> AgentHandle:
        """Starts an agent and waits until it is ready."""
        since = self.town.journal.last_id()
        agent = spawn(self.town.site, Wish(name, cli, max_rounds=rounds, idle_timeout=idle))
        await_ready(self.town.site, agent, self.town.journal, since)
        return AgentHandle(self.town, agent.id)

    def push(self, plan: str) -> None:
        """Pushes a plan, given as the text of a tasks.toml."""
        push(Store(self.town.connection, self.town.keys, self.town.name), require_plan(plan.encode()))

    def conductor(self, *options: str, quick: bool = True, sweep: float = 0.3) -> subprocess.Popen[bytes]:
        """Starts a conductor; its output is in `conductor-N.log`. A quick one sweeps every `sweep` seconds."""
        number = len(self.conductors)
        start = [sys.executable, "-c", _QUICK_CONDUCTOR.format(sweep=sweep)] if quick else [TT]
        with (self.root / f"conductor-{number}.log").open("wb") as log:
            process = subprocess.Popen(
                [*start, "conductor", *options], cwd=self.root, stdout=log, stderr=log, start_new_session=True
            )
        self.conductors.append(process)
        return process

    def said(self, conductor: subprocess.Popen[bytes]) -> str:
        """What a conductor has printed."""
        number = self.conductors.index(conductor)
        return (self.root / f"conductor-{number}.log").read_text(errors="replace")

    def leads(self, conductor: subprocess.Popen[bytes]) -> bool:
        """Whether the lease is this conductor's."""
        holder = self.town.connection.run("GET", self.town.keys.conductor)
        return holder is not None and f'"pid": {conductor.pid}}}' in str(holder)

    def tt(self, *words: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        """Runs a `tt` command in the town's folder."""
        return run(words, self.root, os.environ, seconds)

    def create(self, task: Task) -> UUID:
        """Puts a task into Redis as the conductor would find it after a push."""
        from tinytown.transaction import Transaction

        transaction = Transaction(self.town.keys)
        transaction.create_task(task)
        transaction.commit(self.town.connection)
        return task.id

    def task(self, task: UUID | str) -> Task:
        """A task by its id or plan id, as it is now."""
        return self.town.ledger.find(str(task)).value

    def agent(self, name: str) -> Agent:
        """An agent as it is now."""
        return self.town.roster.find(name).value

    def ended(self, task: UUID | str, seconds: float = 20.0) -> Task:
        """Waits for a task's end."""
        until(lambda: self.task(task).ended, f"{task} has ended", seconds)
        return self.task(task)

    def running(self, task: UUID | str, seconds: float = 20.0) -> Task:
        """Waits until a task runs."""
        until(lambda: self.task(task).state == "running", f"{task} runs", seconds)
        return self.task(task)

    def states(self) -> dict[str, int]:
        """How many tasks are in each state."""
        counts: dict[str, int] = {}
        for held in self.town.ledger.all().values():
            counts[held.value.state.value] = counts.get(held.value.state.value, 0) + 1
        return counts

    def events(self, kind: str = "", task: UUID | str | None = None) -> list[Event]:
        """What the journal says: all, or only one type, or of one task."""
        wanted = None if task is None else str(self.task(task).id)
        return [
            event
            for event in self.town.journal.since("0-0")
            if event.type.startswith(kind) and wanted in (None, event.task)
        ]

    def log(self, agent: str) -> str:
        """An agent's own log."""
        return self.town.site.log(agent).read_text(errors="replace")

    def pid_of(self, agent: str) -> int:
        """The process of an agent."""
        pid = self.agent(agent).pid
        assert pid is not None, f"{agent} has no process"
        return pid

    def redis_pid(self) -> int:
        """The process of the town's Redis."""
        assert self.town.server is not None
        pid = self.town.server.pid()
        assert pid is not None, "Redis has no process"
        assert pid in processes_in(self.root), f"{pid} is not this town's"
        return pid

    def kill_redis(self) -> None:
        """Ends the town's Redis without warning."""
        pid = self.redis_pid()
        os.kill(pid, signal.SIGKILL)
        until(lambda: not alive(pid), "Redis is dead")
        self.town.connection.close()  # the next command connects anew

    def close(self) -> None:
        """Stops everything; what does not stop by itself is a failure."""
        try:
            for conductor in self.conductors:
                if conductor.poll() is None:
                    conductor.terminate()
            for conductor in self.conductors:
                with suppress(subprocess.TimeoutExpired):
                    conductor.wait(20)
            with suppress(TinytownError):
                stop_agents(self.town.site, self.town.roster.all().values())
            if self.town.server is not None:
                self.town.server.stop()
        finally:
            self.town.connection.close()
            left = settle(self.root)
        assert not left, f"left running: {left}"


def settle(folder: Path, seconds: float = 5.0) -> dict[int, str]:
    """Waits until nothing runs in a folder. Returns what still did, and was killed."""
    deadline = time.monotonic() + seconds
    while (left := processes_in(folder)) and time.monotonic() < deadline:
        time.sleep(0.02)
    for pid in left:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return left


@contextmanager
def house(folder: Path, toml: str = "", name: str = "house") -> Iterator[House]:
    """A town that is gone afterwards, with all its processes."""
    made = House(folder, toml, name)
    try:
        yield made
    finally:
        for log in (*made.root.glob("*.log"), *made.root.glob(".tt/logs/*.log")):
            print(f"--- {log.name}\n{log.read_text(errors='replace')[-5000:]}")  # noqa: T201  shown with a failure
        made.close()
