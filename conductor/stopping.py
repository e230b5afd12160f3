"""Attempts that were stopped, or whose task was settled otherwise, while their commands have yet to end. No I/O.

A person's word counts at once, the command obeys within its grace. Until then its task is not begun anew, its place
in a limit is not free, and neither is its agent.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Protocol
from uuid import UUID

from tinytown.agents import Agent
from tinytown.events import Event
from tinytown.hands import holds
from tinytown.record import Held
from tinytown.states import TaskState
from tinytown.tasks import Task

_GOES_ON = frozenset({"task.started", "task.stalled", "task.noted", "task.updated", "task.approved"})


class Work(Protocol):
    """The part of a board that tells who works on what."""

    @property
    def tasks(self) -> Mapping[UUID, Task]: ...
    @property
    def load(self) -> Mapping[UUID, int]: ...
    @property
    def at_work(self) -> Collection[UUID]: ...
    @property
    def stopping(self) -> Mapping[UUID, UUID]: ...


def find_stopping(
    tasks: Mapping[UUID, Task], agents: Mapping[UUID, Held[Agent]], alive: frozenset[UUID]
) -> dict[UUID, UUID]:
    """The tasks that an agent still works on although they are not in its hands any more, and the agent of each.

    A coding agent that takes part by a protocol is not waited for: nobody can end what it does.
    """
    found: dict[UUID, UUID] = {}
    for held in agents.values():
        agent = held.value
        if agent.current_task is None or agent.gone or agent.by_client or agent.id not in alive:
            continue
        task = tasks.get(agent.current_task)
        if task is not None and not holds(agent.id, task):
            found[task.id] = agent.id
    return found


def was_taken(task: Task | None, event: Event) -> bool:
    """Whether an event tells that a running task was settled or taken by somebody else than its agent."""
    if task is None or task.group or task.state is not TaskState.RUNNING or event.type in _GOES_ON:
        return False
    reported = "elapsed" in event.details or (event.type == "task.requeued" and event.agent is not None)
    return not reported and (event.attempt is None or event.attempt >= task.attempt)


def loads(board: Work) -> Counter[UUID]:
    """How many tasks each agent has in its hands, those included whose commands have still to end."""
    found = Counter(board.load)
    found.update(agent for _, agent in _still(board))
    return found


def live(board: Work) -> Iterator[Task]:
    """The tasks that take a place: assigned or running ones, and those whose commands have still to end."""
    yield from map(board.tasks.__getitem__, board.at_work)
    yield from (task for task, _ in _still(board) if task.id not in board.at_work)


def _still(board: Work) -> Iterator[tuple[Task, UUID]]:
    for key, agent in board.stopping.items():
        task = board.tasks.get(key)
        if task is not None and not holds(agent, task):  # which may have become true since
            yield task, agent
