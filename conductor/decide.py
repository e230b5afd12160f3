"""The conductor's judgement: from the board to the next actions. Pure and deterministic.

The loop carries the actions out, lets the board see what became true, and asks again until there is nothing to
do. What one answer leaves open (a group that closes and thereby releases others) the next one takes up.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from uuid import UUID

from conductor.actions import Action, Advance, Release, Shelve
from conductor.board import Board
from conductor.doom import LOST
from conductor.queues import Target
from tinytown.agents import Agent
from tinytown.states import TaskState
from tinytown.tasks import Task

WAITING = 1
"""An agent that alone can do a task is sent so many beyond the one that it runs.

It then finds its next task without a round trip. Where several agents could do a task it waits for the first
that is free, rather than behind one that may be busy for long.
"""

MEMBERS_FAILED = "of its tasks, these did not complete: "
"""Begins the result of a group that failed because of its members."""

_GROUPS: Target = ("group", "")
_NOBODY: Target = ("nobody", "")


def decide(board: Board, groups: Collection[UUID], shelved: Collection[UUID], limit: int) -> list[Action]:
    """What is to be done now.

    Args:
        board: What there is.
        groups: The groups that may complete or fail.
        shelved: The tasks in the backlog.
        limit: At most about so many actions.

    Returns:
        The actions, in order. They do not depend on each other.
    """
    if board.halted:
        return []
    actions: list[Action] = []
    for group in groups:
        actions += _settle(board, board.tasks[group])
    for _, key in board.ready[_GROUPS]:
        actions.append(Advance(board.tasks[key].start(), "started"))
    for _, key in board.ready[_NOBODY]:
        if key not in shelved:
            actions.append(Shelve(key))
    actions += _releases(board, limit)
    return actions


def _settle(board: Board, group: Task) -> Iterator[Advance]:
    """A running group completes when all its descendants have, and fails when none can progress any more.

    A failed group opens again when one below it can progress after all: it was set to run again, or is new.
    It completes when the rest was done by hand.
    """
    if group.state not in (TaskState.RUNNING, TaskState.FAILED):
        return
    if board.unfinished(group.id) == 0:
        yield Advance(group.complete(None), "completed")
        return
    if group.state is TaskState.FAILED:
        # One that a person failed stays so.
        if (group.result or "").startswith(MEMBERS_FAILED) and any(
            _can_progress(board, task) for task in board.descendants(group.id)
        ):
            yield Advance(group.rerun(), "requeued")
        return
    if not board.bad(group.id):
        return
    below = list(board.descendants(group.id))
    if not any(_can_progress(board, task) for task in below):
        bad = ", ".join(sorted(task.label for task in below if task.state in LOST))
        yield Advance(group.fail(f"{MEMBERS_FAILED}{bad}"), "failed")


def _can_progress(board: Board, task: Task) -> bool:
    return not task.ended and task.id not in board.doomed


def _releases(board: Board, limit: int) -> Iterator[Release]:
    """Ready tasks for agents with room, the most urgent first."""
    load = Counter(board.load)
    count = 0
    for target, queue in board.ready.items():
        if not queue or target in (_GROUPS, _NOBODY):
            continue
        agents = [agent for agent in board.candidates(target) if board.can_take(agent)]
        room = 1 + WAITING if len(board.candidates(target)) == 1 else 1
        for _, key in queue:
            agent = _freest(agents, load, room)
            if agent is None or count >= limit:
                break
            load[agent.id] += 1
            count += 1
            yield Release(key, agent.id)


def _freest(agents: list[Agent], load: Counter[UUID], room: int) -> Agent | None:
    """The least busy agent that has room; among equals shells first, for they need no model."""
    free = [agent for agent in agents if load[agent.id] < room]
    return min(free, key=lambda agent: (load[agent.id], agent.cli != "shell", agent.name), default=None)
