"""What held ready tasks back, and for how long: busy agents, no place for more, max_parallel, pools."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from conductor.board import Board
from conductor.decide import room
from conductor.limits import Limits
from conductor.queues import NO_AGENTS
from conductor.team import Hiring, called

Bound = tuple[str, str]
"""What binds: ("agent", name), ("role", role), ("any", ""), ("pool", name), ("max_parallel", "") or _NO_PLACE."""


_NO_PLACE: Bound = ("max_agents", "")


@dataclass(frozen=True, slots=True)
class Held:
    """How much a bound held back: for how many microseconds, and how many tasks at once at most."""

    span: int
    most: int


class Bounds:
    """Looks at the board whenever nothing more is to be done: what is ready then, and does not go, is held back.

    Args:
        hiring: How missing agents are started.
        most: The town's max_agents.
    """

    def __init__(self, hiring: Hiring, most: int) -> None:
        self._hiring = hiring
        self._places = most
        self._since = 0
        self._last: Counter[Bound] = Counter()
        self._spans: Counter[Bound] = Counter()
        self._most: dict[Bound, int] = {}

    def note(self, now: int, board: Board) -> None:
        """Takes note of what is held back from now on."""
        for bound in self._last:
            self._spans[bound] += now - self._since
        self._since, self._last = now, _held_back(board)
        if sum(not held.value.gone for held in board.agents.values()) >= self._places:
            waiting = len(called(board, self._hiring))
            self._last.update({_NO_PLACE: waiting} if waiting else {})
        for bound, count in self._last.items():
            self._most[bound] = max(count, self._most.get(bound, 0))

    def found(self) -> Mapping[Bound, Held]:
        """What held back, what did so longest first."""
        order = sorted(self._spans, key=lambda bound: (-self._spans[bound], bound))
        return {bound: Held(self._spans[bound], self._most[bound]) for bound in order if self._spans[bound]}


def _held_back(board: Board) -> Counter[Bound]:
    """How many ready tasks each bound holds back."""
    found: Counter[Bound] = Counter()
    for key, held in board.agents.items():
        if board.load[key] > 1:  # what lies in its inbox waits for it
            found["agent", held.value.team or held.value.name] += board.load[key] - 1
    limits = Limits(board.policy, (board.tasks[key] for key in board.at_work)) if board.policy.limits else None
    for target, queue in board.ready.items():
        if not queue or target in NO_AGENTS or board.withholds(board.tasks[queue[0][1]]):
            continue
        space = room(board, target)
        able = [agent for agent in board.candidates(target) if board.can_take(agent)]
        if limits is not None and limits.full:
            found["max_parallel", ""] += len(queue)
        elif able and all(board.load[agent.id] >= space for agent in able):
            found[target] += len(queue)
        elif limits is not None:
            for _, key in queue:
                limit = limits.reached(board.tasks[key])
                if limit is not None and limit.pool is not None:
                    found["pool", limit.pool] += 1
    return found
