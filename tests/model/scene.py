"""Who plays in an exploration, on which plan, and what may go wrong."""

import json
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, cast
from uuid import UUID

import pytest

from conductor.loop import Conductor
from conductor.options import Options
from planner.plan import Plan
from planner.sync.push import Terms, push
from planner.sync.store import Store
from tests.model.actor import MOMENT, Line, me
from tests.model.commit import Value, Values
from tests.model.store import answer
from tinytown.agents import Agent, Wish
from tinytown.approval import approve
from tinytown.clis import resolve
from tinytown.clock import rfc3339
from tinytown.config import AgentSection, Config
from tinytown.connection import Connection
from tinytown.keys import Keys
from tinytown.site import Site
from tinytown.spawn import register
from tinytown.states import TaskState
from tinytown.tasks import Task
from tinytown.transaction import Transaction
from tinytown.worker import life
from tinytown.worker.attempt import Outcome, Workplace
from tinytown.worker.desk import Desk
from tinytown.worker.guard import Guard

TOWN = "model"
KEYS = Keys(TOWN)
WORKER = UUID(int=77)
"""The id of the agent `w`, which two processes may claim."""

Script = Callable[[], object]
_MINUTE = 60_000


class _Direct(Connection):
    """A connection straight to a store that nobody else uses yet."""

    def __init__(self) -> None:
        super().__init__(Line().address)
        self.values: Values = {}

    def run(self, *command: str | int) -> object:
        found, self.values = answer(self.values, command)
        return found


def site(connection: Connection | None = None) -> Site:
    """The town, as each actor sees it. Who was just elected forgives the silent until its second look."""
    config = Config(name=TOWN, agent=AgentSection(heartbeat_secs=0.5, dead_after_secs=1))
    return Site(Path("/model"), config, connection or Line(), KEYS)


class Faults(NamedTuple):
    """What may still go wrong on a schedule.

    Args:
        deaths: Of processes.
        breaks: Of connections, before a command has arrived or before its answer has.
        lapses: Of the lease of a conductor that lives.
        stops: Of the heartbeat of an agent that lives.
    """

    deaths: int = 0
    breaks: int = 0
    lapses: int = 0
    stops: int = 0

    @property
    def mortal(self) -> int:
        """How often an agent may be taken for dead."""
        return self.deaths + self.stops


NO_FAULTS = Faults()


@dataclass(frozen=True)
class Scene:
    """Who plays, on which plan, and what may go wrong.

    Args:
        plan: The plan that was pushed before.
        scripts: What each actor does; the names of conductors begin with `c`, of the processes of `w` with `w`.
        faults: What may go wrong.
        settled: Actors that have come to rest before the exploration begins.
        mortals: Those who may die or lose their connection.
        heirs: Processes of `w` that begin only once the first one is dead, for that holds the lock of its life.
    """

    plan: Plan
    scripts: Mapping[str, Script]
    faults: Faults = NO_FAULTS
    settled: Sequence[str] = ()
    mortals: frozenset[str] = frozenset()
    heirs: frozenset[str] = frozenset()
    keys: Keys = field(default=KEYS)

    def values(self) -> Values:
        """The store at the beginning: the plan is there, and an agent `w` that has been started."""
        connection = _Direct()
        push(Store(connection, KEYS, TOWN), self.plan, Terms(), confirm=lambda _: True)
        first = Transaction(KEYS)
        first.create_agent(Agent(id=WORKER, name="w", cli="claude", host="here", created_at=MOMENT))
        first.lease(KEYS.alive(WORKER), rfc3339(MOMENT), _MINUTE)
        first.commit(connection)
        return connection.values

    def alarming(self, values: Values) -> bool:
        """Whether the heart of `w` has stopped, or it was buried."""
        return KEYS.alive(WORKER) not in values or Agent.from_json(values[KEYS.agent(WORKER)].content).gone

    def holder(self, values: Values) -> str | None:
        """The name of the conductor that has the lease."""
        lease = values.get(KEYS.conductor)
        if lease is None:
            return None
        number = UUID(json.loads(lease.content)["id"]).int >> 96
        return list(self.scripts)[number - 1]

    def pulses(self, _: Values) -> Iterator[tuple[str, Value, frozenset[str]]]:
        """For each agent its heartbeat's key, what stands there, and the names of its processes."""
        processes = frozenset(name for name in self.scripts if name.startswith("w"))
        yield KEYS.alive(WORKER), Value("string", rfc3339(MOMENT), _MINUTE), processes


# What actors do


def conduct() -> None:
    """A conductor, for ever."""
    Conductor(site(), Line(), Options(watch=True), lambda _: None).run()


def work() -> None:
    """The process of the agent `w`, for ever."""
    town = site()
    place = Workplace(town, "w", str(WORKER), resolve("claude", town.config), cast(Guard, None))
    life.Life(Desk(town, WORKER), place, 0, 0.0).live()


def revive() -> None:
    """Starts `w` anew, and works."""
    town = site()
    register(town, Wish("w", "claude"), lock=1)
    work()


def editor(plan: Plan, *approved: str) -> Script:
    """A person who pushes a plan, then approves tasks."""

    def edit() -> None:
        town = site()
        push(Store(town.connection, KEYS, TOWN), plan, Terms(), confirm=lambda _: True)
        for name in approved:
            approve(town, name, "me", None)

    return edit


def approver(*names: str) -> Script:
    """A person who approves tasks."""

    def say() -> None:
        for name in names:
            approve(site(), name, "me", None)

    return say


def perform(monkeypatch: pytest.MonkeyPatch, flaky: str | None = None) -> None:
    """Replaces the CLIs of agents: every task succeeds, but for the first attempt of one.

    Args:
        monkeypatch: Undoes it.
        flaky: The plan id of the task whose first attempt fails.
    """

    def attempt(
        _place: object, task: Task, _before: object, _notes: object, stop: Callable[[], str | None], **_: object
    ) -> Outcome:
        me().ask(("WORK", task.label, task.attempt))
        reason = stop()
        if reason:
            return Outcome(TaskState.PENDING, reason)
        if task.plan_id == flaky and task.attempt == 1:
            return Outcome(TaskState.FAILED, "not at first")
        return Outcome(TaskState.COMPLETED, f"{task.label} is done")

    monkeypatch.setattr(life, "attempt", attempt)
    monkeypatch.setattr(socket, "gethostname", lambda: "here")
