"""A simulated recruiter: it starts whom the plan needs, and sends away who is in their place, as it is decided."""

from dataclasses import replace
from uuid import UUID

from conductor.actions import Decline, Hire, Staffing
from conductor.board import Board
from conductor.simulation.crew import Crew
from conductor.simulation.steps import Ask, Steps
from conductor.simulation.town import Town
from conductor.staff import staff
from tinytown.agents import Agent, Wish
from tinytown.errors import StaleError
from tinytown.events import agent_event
from tinytown.record import Held
from tinytown.states import AgentState


class Recruiter:
    """Hires for one conductor.

    Args:
        town: Where.
        crew: Whom it starts.
        board: Whom the plan needs and has.
    """

    def __init__(self, town: Town, crew: Crew, board: Board) -> None:
        self._town = town
        self._crew = crew
        self._board = board
        self._seen_ahead: object = None
        self._refused = False

    @property
    def restless(self) -> bool:
        """Whether a sweep may find something to do: not all could be done, or the roster is no longer the same."""
        return self._refused or self._roster() != self._seen_ahead

    def recruit(self, *, foresight: bool) -> Steps[bool]:
        """Starts whoever is missing, and tells those to leave that take their places.

        Args:
            foresight: Whether to start agents ahead of their tasks too, if the roster has changed meanwhile.

        Returns:
            Whether the roster has changed, which the board has not seen yet.
        """
        if foresight:
            seen = self._roster()
            foresight, self._seen_ahead = seen != self._seen_ahead, seen
        setting = self._town.setting
        actions = staff(self._board, setting.hiring, setting.max_agents, self._barred(), foresight=foresight)
        changed = self._refused = False
        for action in actions:
            done = yield from self._do(action)
            changed, self._refused = changed or done, self._refused or not done
        return changed

    def _roster(self) -> tuple[frozenset[UUID], ...]:
        gone = frozenset(key for key, held in self._board.agents.items() if held.value.gone)
        return (self._board.alive, gone)

    def _barred(self) -> frozenset[str]:
        """Those that have signed off, or were buried, and whose processes live still: their ends are heard."""
        agents = self._board.agents.items()
        return frozenset(held.value.name for key, held in agents if held.value.gone and not self._town.is_dead(key))

    def _do(self, action: Staffing) -> Steps[bool]:
        if isinstance(action, Hire):
            return (yield from self._start(action.wish))
        if isinstance(action, Decline):
            return False
        return (yield from self._send_away(action.agent))

    def _start(self, wish: Wish) -> Steps[bool]:
        past = next((one.value for one in self._board.agents.values() if one.value.name == wish.name), None)
        if past is not None and not past.gone:
            return False  # not alive and not buried: its work must be freed first
        try:
            return (yield from self._crew.start(replace(wish, hired=True)))
        except StaleError:
            return True  # the board is behind

    def _send_away(self, agent: UUID) -> Steps[bool]:
        held: Held[Agent] = yield Ask(lambda: self._town.store.agents[agent])
        if held.value.state is not AgentState.IDLE or self._town.store.inboxes[agent]:
            return False  # it has found something to do
        change = self._town.change()
        leaves = held.value.become(AgentState.DRAINING, stop_now=False)
        change.change_agent(held, leaves)
        change.events.append(agent_event(leaves))
        try:
            yield from self._town.commit(change)
        except StaleError:
            return False
        return True
