"""Who is to be started and who sent away, so that the work is done with as few agents as it needs. Pure."""

from collections.abc import Collection, Iterator

from conductor.actions import Decline, Hire, Retire, Staffing
from conductor.board import Board
from conductor.queues import NO_AGENTS, Target
from conductor.stopping import loads
from conductor.team import Hiring, ahead, called, orphans, wanted
from tinytown.agents import Agent, Wish
from tinytown.states import AgentState


def staff(
    board: Board, hiring: Hiring, most: int, barred: Collection[str] = (), *, foresight: bool = True
) -> list[Staffing]:
    """What is to be done about the agents now.

    Ready work comes first. If the town is full, idle agents that a conductor hired and that have nothing to do
    make place for it; agents that people started never do.

    Args:
        board: What there is.
        hiring: How agents are to be started.
        most: The town's max_agents.
        barred: The names of those that cannot be started for now.
        foresight: Whether to start agents ahead of their tasks too. That looks at every task.

    Returns:
        The actions, the most urgent first.
    """
    now = called(board, hiring, barred)
    if not now and not foresight:
        return []
    places = _Places(board, most)
    unplaced = [wish for wish in now if not places.take(wish)]
    actions: list[Staffing] = [Hire(wish) for wish in now if wish not in unplaced]
    if unplaced:
        return actions or list(_make_place(board, len(unplaced)))
    if foresight:
        later = ahead(board, hiring, {wish.name for wish in now}, barred)
        actions += [Hire(wish) for wish in later if places.take(wish)]
    return actions


class _Places:
    """The places in a town, as those who register count them.

    Args:
        board: Who is there.
        most: How many there are.
    """

    def __init__(self, board: Board, most: int) -> None:
        self._most = most
        self._names = {agent.name for agent in _present(board)}

    def take(self, wish: Wish) -> bool:
        """Whether there is a place for one more, who has it then."""
        if wish.name not in self._names and len(self._names) >= self._most:
            return False
        self._names.add(wish.name)
        return True


def _present(board: Board) -> list[Agent]:
    agents = [held.value for held in board.agents.values() if not held.value.gone]
    return [agent for agent in agents if agent.id in board.alive or agent.state is AgentState.STARTING]


def _make_place(board: Board, count: int) -> Iterator[Retire | Decline]:
    """Sends as many away as are needed beyond those that leave already; declines if nobody will ever leave."""
    present = _present(board)
    leaving = sum(agent.state is AgentState.DRAINING for agent in present)
    if leaving >= count:
        return
    load = loads(board)
    busy = {agent.id for target in _ready(board) for agent in board.candidates(target)}
    hired = [agent for agent in present if agent.hired and agent.receptive]
    idle = [
        agent
        for agent in hired
        if agent.state is not AgentState.STARTING and not load[agent.id] and agent.id not in busy
    ]
    if idle:
        later = {agent.id for target in wanted(board) for agent in board.candidates(target)}
        idle.sort(key=lambda agent: (agent.id in later, agent.name))
        yield from (Retire(agent.id) for agent in idle[: count - leaving])
    elif not hired and not leaving:
        yield from (Decline(task.id) for task in [*orphans(board).values()][:1])


def _ready(board: Board) -> Iterator[Target]:
    """Who could do what is ready."""
    for target, queue in board.ready.items():
        if target not in NO_AGENTS and any(not board.withholds(board.tasks[key]) for _, key in queue):
            yield target
