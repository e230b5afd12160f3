"""What waits for nothing but that somebody is resumed: the town, or an agent. Pure."""

from collections.abc import Iterator

from conductor.board import Board
from conductor.queues import NO_AGENTS
from tinytown.agents import Agent
from tinytown.pause_note import told
from tinytown.states import AgentState, TaskState

RESUME_TOWN = "{}; go on: tt resume"
RESUME_AGENT = 'agent "{0}" is paused; go on: tt resume {0}'


def resting(board: Board) -> frozenset[str]:
    """Why work rests that could go on, in words; nothing if none does."""
    if board.paused is None:
        return frozenset(_paused_agents(board))
    could_go_on = any(
        task.state is TaskState.ASSIGNED or (task.state is TaskState.PENDING and task.id not in board.doomed)
        for task in board.tasks.values()
    )
    return frozenset({RESUME_TOWN.format(told(board.paused))} if could_go_on else ())


def _paused_agents(board: Board) -> Iterator[str]:
    """The paused agents that have not begun what they were given, or without whom nobody takes what is ready."""
    for task in map(board.tasks.__getitem__, board.at_work):
        holder = board.agents.get(task.assigned_to) if task.assigned_to else None
        if holder is not None and task.state is TaskState.ASSIGNED and _is_paused(board, holder.value):
            yield RESUME_AGENT.format(holder.value.name)
    for target, queue in board.ready.items():
        if not queue or target in NO_AGENTS or any(map(board.can_take, board.candidates(target))):
            continue
        if all(board.withholds(board.tasks[key]) for _, key in queue):
            continue
        for agent in board.candidates(target):
            if _is_paused(board, agent):
                yield RESUME_AGENT.format(agent.name)


def _is_paused(board: Board, agent: Agent) -> bool:
    return agent.state is AgentState.PAUSED and agent.id in board.alive
