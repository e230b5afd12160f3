"""Starts the agents that the plan needs and that are missing or dead, up to max_agents."""

from collections import Counter
from collections.abc import Callable

from conductor.board import Board
from conductor.team import Hiring, missing
from tinytown.agents import Wish
from tinytown.errors import AgentExistsError, TinytownError
from tinytown.events import Event, town_event
from tinytown.site import Site
from tinytown.spawn import spawn

TRIES = 3
"""An agent that was started so many times and never got anything done is given up."""


class Recruiter:
    """Hires for one conductor.

    Args:
        site: The town.
        board: Whom it needs and has.
        hiring: How to start agents; None to start none.
        observe: Told of every failure, as `conductor.spawn_failed`.
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
        self._tries: Counter[str] = Counter()
        self._done: dict[str, int] = {}
        self.started: list[str] = []

    def recruit(self) -> None:
        """Starts whoever is missing."""
        if self._hiring is None:
            return
        for held in self._board.agents.values():
            agent = held.value
            if agent.tasks_completed > self._done.get(agent.name, 0):
                self._tries.pop(agent.name, None)
            self._done[agent.name] = agent.tasks_completed
        for wish in missing(self._board, self._hiring()):
            if self._tries[wish.name] < TRIES:
                self._start(wish)

    def hopes(self) -> bool:
        """Whether somebody who is missing may still come."""
        if self._hiring is None:
            return False
        return any(self._tries[wish.name] < TRIES for wish in missing(self._board, self._hiring()))

    def _start(self, wish: Wish) -> None:
        try:
            spawn(self._site, wish)
        except AgentExistsError:
            return  # it lives, and will be seen at the next look
        except TinytownError as error:
            self._tries[wish.name] = TRIES
            text = f"{error.message}. {error.remedy}"
            self._observe(town_event("conductor.spawn_failed", agent=wish.name, reason=text))
            return
        self._tries[wish.name] += 1
        self.started.append(wish.name)
