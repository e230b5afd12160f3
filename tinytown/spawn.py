"""Starts an agent: registers its name, and its process with a lock that tells whether it lives."""

import fcntl
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

from tinytown.agents import Agent, Wish
from tinytown.bury import bury
from tinytown.clis import check_installed, resolve
from tinytown.clock import now
from tinytown.detached import start_detached
from tinytown.errors import AgentExistsError, SpawnError, StaleError, TooManyAgentsError
from tinytown.events import agent_event
from tinytown.journal import Journal
from tinytown.patience import insist
from tinytown.record import Held
from tinytown.report import kept
from tinytown.site import Site
from tinytown.states import AgentState
from tinytown.transaction import Transaction

START_SECONDS = 30.0
_TRIES = 5
_PROBING_SECONDS, _PROBE_SECONDS = 0.1, 0.01
_EXIT_SECONDS = 5.0
"""So long a person waits for the process of an agent that has signed off; a conductor has more to do."""

_TAIL = 400


@contextmanager
def life_lock(site: Site, agent: str, patience: float = _PROBING_SECONDS) -> Iterator[int | None]:
    """The lock that an agent's process holds as long as it lives, or None while one does.

    The file descriptor is closed on leaving; a process that inherited it keeps the lock.

    Args:
        site: The town.
        agent: The agent's name.
        patience: Seconds to wait for it: somebody may only be looking whether the agent lives.
    """
    folder = site.folder(agent)
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + patience
        while not (ours := _locked(lock, fcntl.LOCK_EX)) and time.monotonic() < deadline:
            time.sleep(_PROBE_SECONDS)
        yield lock if ours else None
    finally:
        os.close(lock)


def dead_here(site: Site, agent: Agent) -> bool:
    """Whether the agent was started on this machine and its process is gone for certain."""
    if agent.host != socket.gethostname():
        return False
    try:
        lock = os.open(site.folder(agent.name) / "lock", os.O_RDONLY)
    except OSError:
        return False
    try:
        return _locked(lock, fcntl.LOCK_SH)
    finally:
        os.close(lock)


def _locked(lock: int, how: int) -> bool:
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def register(site: Site, wish: Wish, lock: int | None) -> Held[Agent]:
    """Writes an agent into the roster as `starting`: a new one, or one of the past under its old id.

    Args:
        site: The town.
        wish: What is wanted.
        lock: The agent's life lock, or None if some process holds it.

    Raises:
        BadNameError, AgentExistsError, TooManyAgentsError: It cannot be.
    """
    for _ in range(_TRIES):
        with suppress(StaleError):
            return insist(lambda: _register(site, wish, lock))  # nobody is registered without a process after it
    raise AgentExistsError(f'somebody else is starting an agent "{wish.name}"', "Choose another name, or wait.")


def _register(site: Site, wish: Wish, lock: int | None) -> Held[Agent]:
    roster = site.roster
    agents = roster.all()
    beats = roster.heartbeats(agents)
    past = next((held for held in agents.values() if held.value.name == wish.name), None)
    local = past is not None and past.value.host in (None, socket.gethostname())
    # On this machine the lock tells; elsewhere only the heartbeat can.
    if lock is None or (past is not None and not local and past.value.id in beats):
        raise AgentExistsError(
            f'an agent "{wish.name}" is at work already', f"Choose another name, or: tt kill {wish.name}"
        )
    others = sum(
        held.value.name != wish.name and (agent in beats or held.value.state is AgentState.STARTING)
        for agent, held in agents.items()
        if not held.value.gone
    )
    if others >= site.config.max_agents:
        raise TooManyAgentsError(
            f'agent "{wish.name}" would be one too many: {others} are at work, max_agents is '
            f"{site.config.max_agents}",
            "Stop one with `tt kill`, or raise max_agents in tinytown.toml.",
        )
    transaction = Transaction(site.keys)
    host = socket.gethostname()
    if past is None:
        held = transaction.create_agent(Agent.new(wish.name, wish.cli, host=host, **wish.traits))
    else:
        # An unburied predecessor leaves tasks in its hands: they are freed by the new process when it starts.
        held = transaction.change_agent(past, past.value.start(wish, host=host))
    beat_ms = str(int(START_SECONDS * 1000))
    transaction.lease(site.keys.alive(held.value.id), now().isoformat(), int(beat_ms))
    transaction.tell(agent_event(held.value, cli=wish.cli))
    transaction.commit(site.connection)
    return held


def spawn(site: Site, wish: Wish) -> Agent:
    """Registers an agent and starts its detached process. Does not wait until it is ready.

    Returns:
        The agent, `starting`.

    Raises:
        UnknownCliError: No such CLI, or its program is not installed.
        BadNameError, AgentExistsError, TooManyAgentsError: As `register`.
    """
    Agent.new(wish.name, wish.cli, nickname=wish.nickname)  # refuses a bad name before a folder is made of it
    check_installed(resolve(wish.cli, site.config))
    past = None if wish.hired else site.roster.named(wish.name)
    leaves = past is not None and past.value.gone
    with life_lock(site, wish.name, _EXIT_SECONDS if leaves else _PROBING_SECONDS) as lock:
        held = register(site, wish, lock)
        command = [sys.executable, "-m", "tinytown.worker", *worker_arguments(site, held.value.id, wish)]
        site.log(wish.name).parent.mkdir(parents=True, exist_ok=True)
        start_detached(
            [*command, "--lock", str(lock)],
            folder=site.root,
            log=site.log(wish.name),
            keep=(lock,) if lock is not None else (),
        )
    return held.value


def worker_arguments(site: Site, agent: UUID, wish: Wish) -> list[str]:
    """The arguments of an agent's process, but for its lock."""
    return [
        *("--root", str(site.root), "--agent", str(agent)),
        *("--max-rounds", str(wish.max_rounds), "--idle-timeout", str(wish.idle_timeout)),
    ]


def await_ready(site: Site, agent: Agent, journal: Journal, since: str) -> Agent:
    """Waits until a spawned agent is ready.

    Args:
        site: The town.
        agent: The agent as `spawn` returned it.
        journal: To hear of its progress.
        since: The journal's last id before the spawn.

    Raises:
        SpawnError: Its process ended, or it was not ready in time; what it left behind is cleared away.
    """
    deadline = now().timestamp() + START_SECONDS
    while now().timestamp() < deadline:
        held = site.roster.get(agent.id)
        if held is not None and held.value.state is not AgentState.STARTING:
            return held.value
        if dead_here(site, agent):
            break
        for event in journal.follow(since, 0.2):
            since = event.id
    held = site.roster.get(agent.id)
    if held is not None and held.value.state is AgentState.STARTING:
        transaction = Transaction(site.keys)
        report = kept(site.folder(agent.name))
        bury(transaction, site.connection, held, site.ledger.all().values(), report=report)
        with suppress(StaleError):
            transaction.commit(site.connection)
    raise SpawnError(
        f'agent "{agent.name}" did not start: {last_line(site.log(agent.name))}',
        f"Look at {site.log(agent.name)}.",
    )


def last_line(log: Path) -> str:
    """The last words of an agent's log."""
    with suppress(OSError):
        lines = log.read_text(errors="replace").strip().splitlines()
        if lines:
            return lines[-1][-_TAIL:]
    return "it left no reason"
