"""Starts the agents that the plan needs and that are missing or dead, up to max_agents."""

from collections import Counter
from collections.abc import Callable

from conductor.board import Board
from conductor.team import Hiring, missing
from tinytown.agents import Wish
from tinytown.errors import AgentExistsError, RedisUnreachableError, StaleError, StoreFullError, TinytownError
from tinytown.events import Event, town_event
from tinytown.site import Site
from tinytown.spawn import spawn

TRIES = 3
"""An agent that was started so many times and got nothing done, and killed by no task, is given up."""


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
        self._crashes = 0
        self._hopeless: set[str] = set()
        self.started: list[str] = []

    def recruit(self) -> bool:
        """Starts whoever is missing. Returns whether anybody was started, whom the board has not seen yet."""
        if self._hiring is None:
            return False
        before = len(self.started)
        crashes = sum(task.crashes for task in self._board.tasks.values())
        if crashes > self._crashes:  # deaths under a task are bounded by its crash limit, which must be reached
            self._tries.clear()
        self._crashes = crashes
        for held in self._board.agents.values():
            agent = held.value
            if agent.tasks_completed > self._done.get(agent.name, 0):
                self._tries.pop(agent.name, None)
            self._done[agent.name] = agent.tasks_completed
        for wish in missing(self._board, self._hiring()):
            if self._may_come(wish):
                self._start(wish)
        return len(self.started) > before

    def hopes(self) -> bool:
        """Whether somebody who is missing may still come."""
        if self._hiring is None:
            return False
        return any(map(self._may_come, missing(self._board, self._hiring())))

    def _may_come(self, wish: Wish) -> bool:
        return wish.name not in self._hopeless and self._tries[wish.name] < TRIES

    def _start(self, wish: Wish) -> None:
        try:
            spawn(self._site, wish)
        except (RedisUnreachableError, StoreFullError):
            raise  # no fault of the agent's
        except (AgentExistsError, StaleError):
            return  # it lives, and will be seen at the next look
        except TinytownError as error:
            self._hopeless.add(wish.name)
            text = f"{error.message}. {error.remedy}"
            self._observe(town_event("conductor.spawn_failed", agent=wish.name, reason=text))
            return
        self._tries[wish.name] += 1
        self.started.append(wish.name)
