"""Frees the work of the dead and the departed once, by hand: a conductor that does nothing but sweep.

It takes the conductor's lease for as long as it looks, so that no agent is ever buried by two.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from conductor.actions import Bury
from conductor.board import Board
from conductor.carry import Carrier
from conductor.lease import Lease
from conductor.sweep import Sweeper
from tinytown.agents import Agent
from tinytown.connection import Connection
from tinytown.errors import LostLeaseError, StaleError
from tinytown.hands import holds
from tinytown.keys import GENERATION, PAUSED
from tinytown.site import Site
from tinytown.spawn import dead_here
from tinytown.tasks import Task

_LOOK_SECONDS = 1.0
_SPARE_SECONDS = 5.0
"""So much longer than it must it waits for agents to be heard or known as dead, if others interfere."""

Why = Literal["died", "silent", "left"]


@dataclass(frozen=True, slots=True)
class Freed:
    """An agent whose work was freed.

    `why`: its process is gone for certain; it was not heard for too long; or it had left in good order. `tasks` are
    those that it had in its hands, as they are now.
    """

    agent: Agent
    why: Why
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Recovery:
    """What came of it. `holder` is the lease of the conductor that is in charge, and does this by itself."""

    freed: tuple[Freed, ...]
    holder: str | None = None


Doubt = Callable[[Sequence[str], float], None]


def recover(site: Site, pulse: Connection, doubt: Doubt) -> Recovery:
    """Frees what dead and departed agents have in their hands.

    An agent that is only silent is waited for: if Redis was away, nobody could beat though everybody lives.

    Args:
        site: The town.
        pulse: A second connection, for renewing the lease; it is closed at the end.
        doubt: Told once, before waiting, the names of the silent agents and for how many seconds at most.

    Raises:
        StoreError: Redis cannot be read or written; whatever was freed before is freed.
    """
    lease = Lease(site.connection, pulse, site.keys)
    freed: list[Freed] = []
    try:
        if lease.take():
            _Round(site, lease, freed).run(doubt)
            return Recovery(tuple(freed))
    except LostLeaseError:
        pass  # a conductor took over, because we were frozen for long
    finally:
        holder = lease.holder()
        lease.give_up()
    return Recovery(tuple(freed), holder or "")


class _Round:
    def __init__(self, site: Site, lease: Lease, freed: list[Freed]) -> None:
        self._site = site
        self._board = Board()
        self._sweeper = Sweeper(site, self._board, lease)
        self._carrier = Carrier(site, self._board, lease)
        self._freed = freed

    def run(self, doubt: Doubt) -> None:
        longest = self._site.config.agent.dead_after_secs
        deadline = time.monotonic() + longest + _SPARE_SECONDS
        told = False
        self._reload()
        while True:
            for burial in self._sweeper.dead():
                self._bury(burial)
            silent = [agent.name for agent in self._present() if agent.id not in self._board.alive]
            if not silent or time.monotonic() >= deadline:
                return
            if not told:
                told = True
                doubt(silent, longest)
            time.sleep(min(_LOOK_SECONDS, longest / 4))

    def _present(self) -> list[Agent]:
        return [held.value for held in self._board.agents.values() if not held.value.gone]

    def _bury(self, burial: Bury) -> None:
        before = self._board.agents[burial.agent].value
        tasks = [task.id for task in self._board.tasks.values() if holds(before.id, task)]
        why = self._why(before)
        try:
            self._carrier.bury(burial)
        except LostLeaseError:
            raise
        except StaleError:
            self._reload()  # it moved: it is looked at anew
            return
        self._note(burial.agent, why, tasks)

    def _note(self, agent: UUID, why: Why, tasks: Sequence[UUID]) -> None:
        now = tuple(self._board.tasks[task] for task in tasks)
        self._freed.append(Freed(self._board.agents[agent].value, why, now))

    def _why(self, agent: Agent) -> Why:
        if agent.gone:
            return "left"
        return "died" if dead_here(self._site, agent) else "silent"

    def _reload(self) -> None:
        notes = self._site.connection.run("HMGET", self._site.keys.plan, GENERATION, PAUSED)
        self._board.generation, self._board.paused = notes
        self._board.load_tasks(self._site.ledger.all())
        self._sweeper.look()
