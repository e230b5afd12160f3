"""The sweep: finds out, every few seconds, which agents are alive; no event tells of a death."""

import time

from conductor.actions import Bury
from conductor.board import Board
from conductor.deaths import is_lost
from conductor.lease import Lease
from conductor.silence import Silence
from tinytown.agents import Agent
from tinytown.site import Site
from tinytown.spawn import dead_here


class Sweeper:
    """Looks after the agents.

    Args:
        site: The town.
        board: Where their state is seen.
        lease: The right to declare somebody dead.
    """

    def __init__(self, site: Site, board: Board, lease: Lease) -> None:
        self._site = site
        self._board = board
        self._lease = lease
        self._dead_after = site.config.agent.dead_after_secs
        self.silence = Silence(time.monotonic())

    def look(self) -> None:
        """Reads the roster and whose heart beats."""
        agents = self._site.roster.all()
        beats = self._site.roster.heartbeats(agents)
        self._board.see_agents(agents, beats)
        self.silence = self.silence.look(agents, beats, time.monotonic(), self._dead_after)

    def forgive(self) -> None:
        """Redis was away: nobody could beat. Everybody counts as heard just now."""
        self.silence = Silence(time.monotonic())

    def dead(self) -> list[Bury]:
        """The agents whose work must be freed.

        One counts as silent whose heartbeat has expired and that was not heard for `dead_after_secs` while Redis
        could be written.

        Raises:
            LostLeaseError: Another conductor is in charge, or the lease ran out.
            StoreError: Redis cannot be written: then nobody can beat, and silence says nothing.
        """
        self._lease.check_held()
        self.look()
        present = [held.value for held in self._board.agents.values() if not held.value.gone]
        if any(agent.id not in self._board.alive for agent in present):
            self._lease.renew()
        return [Bury(key) for key, held in self._board.agents.items() if self._is_lost(held.value)]

    def _is_lost(self, agent: Agent) -> bool:
        return is_lost(
            agent,
            load=self._board.load[agent.id],
            dead=not agent.gone and dead_here(self._site, agent),
            silent=agent.id not in self._board.alive and self.silence.seconds[agent.id] >= self._dead_after,
        )
