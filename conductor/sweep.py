"""The sweep: finds out, every few seconds, which agents are alive; no event tells of a death."""

import time

from conductor.actions import Bury
from conductor.board import Board
from conductor.deaths import is_lost
from tinytown.agents import Agent
from tinytown.site import Site
from tinytown.spawn import dead_here


class Sweeper:
    """Looks after the agents.

    Args:
        site: The town.
        board: Where their state is seen.
    """

    def __init__(self, site: Site, board: Board) -> None:
        self._site = site
        self._board = board
        self._forgiving_until = 0.0

    def look(self) -> None:
        """Reads the roster and whose heart beats."""
        agents = self._site.roster.all()
        self._board.see_agents(agents, self._site.roster.heartbeats(agents))

    def forgive(self) -> None:
        """Redis was away: nobody could beat. Give everybody time to be heard again."""
        self._forgiving_until = time.monotonic() + self._site.config.agent.dead_after_secs

    def dead(self) -> list[Bury]:
        """The agents whose work must be freed."""
        self.look()
        return [Bury(key) for key, held in self._board.agents.items() if self._is_lost(held.value)]

    def _is_lost(self, agent: Agent) -> bool:
        return is_lost(
            agent,
            load=self._board.load[agent.id],
            dead=not agent.gone and dead_here(self._site, agent),
            heard=agent.id in self._board.alive,
            forgiven=time.monotonic() < self._forgiving_until,
        )
