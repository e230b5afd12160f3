"""The conductor's judgement: from the board to the next actions. Pure and deterministic.

The loop carries the actions out, lets the board see what became true, and asks again until there is nothing to
do. What one answer leaves open (a group that closes and thereby releases others) the next one takes up.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from heapq import merge
from uuid import UUID

from conductor.actions import Action, Advance, Release, Shelve
from conductor.board import Board
from conductor.limits import Limits
from conductor.outcomes import MEMBERS_FAILED, fell_with_members, is_lost
from conductor.queues import BACKLOG, GROUPS, NO_AGENTS, REVIVED, SPARE, Target
from conductor.stopping import live, loads
from tinytown.agents import Agent
from tinytown.states import AgentState, TaskState
from tinytown.tasks import Task

WAITING = 1
"""An agent is sent so many tasks that name it, and it alone, beyond the one that it runs.

It then finds its next task without a round trip. What others could do too, or may come to do (tasks for a role,
a team or anybody), waits here for the first that is free, rather than behind one that may be busy for long. Where
a plan has limits no task waits with an agent: it would take a place that another could use; nor where a plan stops
after a failure: what lies with an agent is begun.
"""

_SKIPPED, _REQUEUED = "skipped", "requeued"


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
    turns = list(_turns(board))
    advances = [advance for group in groups for advance in _settle(board, board.tasks[group])]
    if turns:
        # What makes a group fail may turn out not to be needed. Each turn has all open groups looked at again.
        advances = [advance for advance in advances if advance.what != "failed"]
    advances += turns
    actions: list[Action] = [*advances]
    if any(advance.what in (_SKIPPED, _REQUEUED) for advance in advances):
        return actions  # what these tasks' ends let go may have to wait again
    if board.paused is not None:
        return actions
    for _, key in board.ready[GROUPS]:
        if not board.withholds(board.tasks[key]):
            actions.append(Advance(board.tasks[key].start(), "started"))
    for _, key in board.ready[BACKLOG]:
        if key not in shelved and not board.withholds(board.tasks[key]):
            actions.append(Shelve(key))
    actions += _limited(board, limit) if board.policy.limits else _unlimited(board, limit)
    return actions


def _turns(board: Board) -> Iterator[Advance]:
    """Calls off what is not needed, and takes up again what was called off and may be needed after all."""
    for _, key in board.ready[SPARE]:
        task = board.tasks[key]
        yield Advance(task.skip(board.before.needless_because(task)), _SKIPPED)
    if board.ready[SPARE]:
        return  # one after the other, or two in a circle, which a checked plan does not have, would never rest
    for _, key in board.ready[REVIVED]:
        yield Advance(board.tasks[key].requeue(), _REQUEUED)


def room(board: Board, target: Target) -> int:
    """How many tasks an agent may have in its hands and still be sent one of this target."""
    ahead = not board.policy.limits and board.policy.on_failure != "stop"
    return 1 + WAITING if ahead and _is_personal(board, target) else 1


def able(board: Board, target: Target) -> list[Agent]:
    """The living agents that may be sent tasks of this target.

    One that is starting is sent only what nobody else can do: another may be free before it is ready.
    """
    agents = [agent for agent in board.candidates(target) if board.can_take(agent)]
    if _is_personal(board, target):
        return agents
    return [agent for agent in agents if agent.state is not AgentState.STARTING]


def _is_personal(board: Board, target: Target) -> bool:
    """Whether a target is one agent by its own name, rather than any of several."""
    kind, name = target
    return kind == "agent" and [agent.name for agent in board.candidates(target)] == [name]


def _settle(board: Board, group: Task) -> Iterator[Advance]:
    """A running group completes when all its descendants that are needed have, and fails when none can progress.

    A failed group opens again when one below it can progress after all: it was set to run again, or is new.
    It completes when the rest was done by hand.
    """
    if group.state not in (TaskState.RUNNING, TaskState.FAILED):
        return
    if board.groups.unfinished(group.id) == 0:
        yield Advance(group.complete(None), "completed")
        return
    if not board.lost:
        return
    progresses = any(_can_progress(board, task) for task in board.descendants(group.id))
    if group.state is TaskState.FAILED:
        # One that a person failed stays so.
        if progresses and fell_with_members(group):
            yield Advance(group.requeue(), _REQUEUED)
    elif not progresses:
        below = list(board.descendants(group.id))
        bad = [task for task in below if is_lost(task)] or [task for task in below if task.id in board.doomed]
        yield Advance(group.fail(f"{MEMBERS_FAILED}{', '.join(sorted(task.label for task in bad))}"), "failed")


def _can_progress(board: Board, task: Task) -> bool:
    return not task.ended and task.id not in board.doomed


def _unlimited(board: Board, most: int) -> Iterator[Release]:
    """Ready tasks for agents with room, the most urgent first."""
    load = loads(board)
    count = 0
    for target, queue in board.ready.items():
        if not queue or target in NO_AGENTS:
            continue
        agents, space = able(board, target), room(board, target)
        for _, key in queue:
            if board.withholds(board.tasks[key]):
                continue
            agent = _freest(agents, load, space)
            if agent is None or count >= most:
                break
            load[agent.id] += 1
            count += 1
            yield Release(key, agent.id)


def _limited(board: Board, most: int) -> Iterator[Release]:
    """The same within the plan's limits: all queues are one, for a place that is taken is taken from all."""
    load = loads(board)
    limits = Limits(board.policy, live(board))
    agents = {
        target: able(board, target) for target, queue in board.ready.items() if queue and target not in NO_AGENTS
    }
    for _, key in merge(*(board.ready[target] for target in agents)):
        if limits.full or not agents or most == 0:
            return
        task = board.tasks[key]
        target = board.target(task)
        if target not in agents or limits.reached(task) or board.withholds(task):
            continue
        agent = _freest(agents[target], load, 1)
        if agent is None:  # nor will there be one for those behind it
            del agents[target]
            continue
        load[agent.id] += 1
        limits.take(task)
        most -= 1
        yield Release(key, agent.id)


def _freest(agents: list[Agent], load: Counter[UUID], space: int) -> Agent | None:
    """The least busy agent that has room; among equals shells first, for they need no model."""
    free = [agent for agent in agents if load[agent.id] < space]
    return min(free, key=lambda agent: (load[agent.id], agent.cli != "shell", agent.name), default=None)
