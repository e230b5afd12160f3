"""Starts the agents that the plan needs and that are missing, and sends away those that are in their place."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from math import inf
from uuid import UUID

from conductor.actions import Decline, Hire, Retire, Staffing
from conductor.board import Board
from conductor.staff import staff
from conductor.team import Hiring
from tinytown.agents import Wish
from tinytown.channel import Channel
from tinytown.errors import (
    AgentExistsError,
    RedisUnreachableError,
    StaleError,
    StoreFullError,
    TinytownError,
    TooManyAgentsError,
)
from tinytown.events import Event, town_event
from tinytown.site import Site
from tinytown.spawn import spawn
from tinytown.states import AgentState
from tinytown.stop import ask_to_stop

AGAIN_SECONDS = 60.0
"""Whoever could not be started (its CLI is not there) is tried again so often, and after each push."""

_SOON_SECONDS, _SOONEST = 2.0, 0.05
"""Whose name is still taken, by a process that is about to end, is tried again between so soon and so late."""


@dataclass(frozen=True, slots=True)
class _Setback:
    """Why somebody was not started, when it is tried again (monotonic clock), and how often that was already."""

    reason: str | None
    until: float
    generation: str | None
    count: int = 0


class Recruiter:
    """Hires for one conductor.

    Args:
        site: The town.
        board: Whom it needs and has.
        hiring: How to start agents; None to start none. Asked anew after each push.
        observe: Told of failures, each once: `conductor.spawn_failed`, `conductor.waiting`.
    """

    def __init__(
        self,
        site: Site,
        board: Board,
        hiring: Callable[[], Hiring] | None,
        observe: Callable[[Event], None],
    ) -> None:
        self._site = site
        self._board = board
        self._hiring = hiring
        self._observe = observe
        self._terms: tuple[str | None, Hiring] | None = None
        self._setbacks: dict[str, _Setback] = {}
        self._seen_ahead: object = None
        self._told_full = False
        self.started: list[str] = []

    def recruit(self, *, foresight: bool) -> bool:
        """Starts whoever is missing, and tells those to leave that take their places.

        Args:
            foresight: Whether to start agents ahead of their tasks too, if anything has changed meanwhile.

        Returns:
            Whether the roster has changed, which the board has not seen yet.
        """
        if self._hiring is None:
            return False
        barred = self._barred()
        if foresight:
            gone = frozenset(key for key, held in self._board.agents.items() if held.value.gone)
            seen = (self._board.generation, self._board.alive, gone, barred)
            foresight, self._seen_ahead = seen != self._seen_ahead, seen
        done = [self._do(action) for action in self._actions(barred, foresight=foresight)]
        return any(done)

    def hopes(self) -> bool:
        """Whether somebody who is missing may still come."""
        if self._hiring is None:
            return False
        on_the_move = (AgentState.STARTING, AgentState.DRAINING)
        if any(
            held.value.state in on_the_move and key in self._board.alive for key, held in self._board.agents.items()
        ):
            return True
        barred = (name for name in self._barred() if self._setbacks[name].reason is not None)
        return any(isinstance(one, Hire | Retire) for one in self._actions(barred, foresight=False))

    @property
    def again_at(self) -> float:
        """When to look again at the latest, by the monotonic clock."""
        moment = time.monotonic()
        soon = (one.until for one in self._setbacks.values() if one.reason is None and one.until > moment)
        return min(soon, default=inf)

    def _actions(self, barred: Iterable[str], *, foresight: bool) -> list[Staffing]:
        if self._terms is None or self._terms[0] != self._board.generation:
            assert self._hiring is not None  # noqa: S101  who hires nobody is not asked
            self._terms = (self._board.generation, self._hiring())
        most = self._site.config.max_agents
        return staff(self._board, self._terms[1], most, frozenset(barred), foresight=foresight)

    def _barred(self) -> frozenset[str]:
        moment, generation = time.monotonic(), self._board.generation
        return frozenset(
            name
            for name, setback in self._setbacks.items()
            if moment < setback.until and (setback.reason is None or setback.generation == generation)
        )

    def _do(self, action: Staffing) -> bool:
        if isinstance(action, Hire):
            return self._start(action.wish)
        if isinstance(action, Retire):
            return self._send_away(action.agent)
        return self._decline(action)

    def _start(self, wish: Wish) -> bool:
        past = next((one.value for one in self._board.agents.values() if one.value.name == wish.name), None)
        if past is not None and not past.gone:
            return False  # not alive and not buried: its work must be freed first
        try:
            spawn(self._site, replace(wish, hired=True))
        except (RedisUnreachableError, StoreFullError):
            raise  # no fault of the agent's
        except (AgentExistsError, TooManyAgentsError, StaleError):
            self._put_off(wish.name)
            return True  # the board is behind, or its last process is about to end
        except TinytownError as error:
            self._give_up(wish.name, f"{error.message}. {error.remedy}")
            return False
        self._setbacks.pop(wish.name, None)
        self._told_full = False
        if wish.name not in self.started:
            self.started.append(wish.name)
        return True

    def _put_off(self, name: str) -> None:
        before, moment = self._setbacks.get(name), time.monotonic()
        recent = before is not None and before.reason is None and moment < before.until + _SOON_SECONDS
        count = before.count + 1 if before is not None and recent else 0
        delay = min(_SOONEST * 2**count, _SOON_SECONDS)
        self._setbacks[name] = _Setback(None, moment + delay, self._board.generation, count)

    def _give_up(self, name: str, reason: str) -> None:
        before = self._setbacks.get(name)
        self._setbacks[name] = _Setback(reason, time.monotonic() + AGAIN_SECONDS, self._board.generation)
        if before is None or before.reason != reason:
            self._observe(town_event("conductor.spawn_failed", agent=name, reason=reason))

    def _send_away(self, agent: UUID) -> bool:
        held = self._site.roster.get(agent)
        if held is None or held.value.state is not AgentState.IDLE:
            return False  # it has found something to do
        if Channel(self._site.connection, self._site.keys).inbox_len(agent):
            return False
        with suppress(StaleError):
            ask_to_stop(self._site, held, drain=True)
            return True
        return False

    def _decline(self, action: Decline) -> bool:
        if not self._told_full:
            self._told_full = True
            present = sorted(one.value.name for one in self._board.agents.values() if not one.value.gone)
            reason = (
                f"{self._board.tasks[action.task].label} needs an agent for which there is no place: max_agents is "
                f"{self._site.config.max_agents}, and no conductor started {', '.join(present)}; "
                "stop one with `tt kill`, or raise max_agents in tinytown.toml"
            )
            self._observe(town_event("conductor.waiting", reason=reason))
        return False
