"""Why a task is not released: the closed set of reasons. Pure; `tt why` prints its answer.

A task is released if and only if there is nothing to say here.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from conductor.board import Board
from conductor.decide import able, room
from conductor.limits import Limits
from conductor.outcomes import LOST, is_skipped
from conductor.prerequisites import NEEDLESS
from conductor.rest import RESUME_AGENT, RESUME_TOWN
from conductor.stopping import live, loads
from tinytown.agents import Agent
from tinytown.clock import rfc3339
from tinytown.pause_note import told
from tinytown.retry import is_due
from tinytown.states import UNDER_WAY, AgentState, TaskState
from tinytown.tasks import Task, When

ASKS = "waits for approval: tt approve {}"
UNFINISHED_PUSH = "a large push is under way, or was cut off; `tt sync push` completes it"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that keeps a task from being released.

    `code` is one of not_pending, not_needed, waits_for, prerequisite_failed, not_approved, delayed, agent_missing,
    agent_paused, agent_draining, agent_dead, limit, town_paused, no_conductor.
    """

    code: str
    message: str
    details: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, **self.details}


def reasons(board: Board, task: Task, now: datetime, *, conducted: bool) -> list[Reason]:
    """What keeps a task from being released at this moment.

    Args:
        board: What there is.
        task: The task.
        now: The present moment.
        conducted: Whether a conductor is in charge.
    """
    if task.state is not TaskState.PENDING:
        return [_not_pending(board, task), *_not_begun(board, task)]
    found = _prerequisites(board, task)
    if task.unapproved:
        found.append(Reason("not_approved", ASKS.format(task.label)))
    if task.not_before is not None and not is_due(task, now):
        when = rfc3339(task.not_before)
        found.append(Reason("delayed", f"is not tried again before {when}", {"until": when}))
    if not task.group:
        found += [*_agents(board, task), *_limits(board, task)]
    if board.paused is not None:
        found.append(Reason("town_paused", RESUME_TOWN.format(told(board.paused))))
    elif task.id in board.stopping:
        agent = board.agents[board.stopping[task.id]].value.name
        found.append(Reason("limit", f"its attempt with {agent} is still being stopped", {"limit": "attempt"}))
    elif board.withholds(task):
        failed = _some(sorted(other.label for other in board.failures()))
        message = f'nothing more is released after a failure, as on_failure = "stop" says: {failed} failed'
        found.append(Reason("town_paused", message))
    if board.halted:
        found.append(Reason("town_paused", UNFINISHED_PUSH))
    if not conducted:
        found.append(Reason("no_conductor", "no conductor is running; start one: tt conductor"))
    return found


def _not_pending(board: Board, task: Task) -> Reason:
    agent = board.agents.get(task.assigned_to) if task.assigned_to else None
    details = {"state": task.state.value, "agent": agent.value.name if agent else None}
    by = f" by {agent.value.name}" if agent and task.ended else f" with {agent.value.name}" if agent else ""
    if task.state in LOST and task.result:
        return Reason("not_pending", f"is {task.state}{by}: {task.result}", details)
    if task.group and task.state in UNDER_WAY:
        open_now = [other.label for other in board.descendants(task.id) if not other.ended]
        return Reason("not_pending", f"is {task.state}: waits for its members {_some(open_now)}", details)
    return Reason("not_pending", f"is {task.state}{by}", details)


def _not_begun(board: Board, task: Task) -> list[Reason]:
    """What keeps an agent from beginning what it was given."""
    if task.state is not TaskState.ASSIGNED or task.group:
        return []
    if board.paused is not None:
        return [Reason("town_paused", RESUME_TOWN.format(told(board.paused)))]
    holder = board.agents.get(task.assigned_to) if task.assigned_to else None
    return [] if holder is None or board.can_take(holder.value) else [_unable(holder.value)]


def _prerequisites(board: Board, task: Task) -> list[Reason]:
    if board.before.blocker(task) is NEEDLESS:
        return [Reason("not_needed", f"is {board.before.needless_because(task)}; the conductor calls it off")]
    waiting: list[tuple[str, str]] = []
    failed: list[tuple[str, str]] = []
    for name, other in board.before.unmet(task):
        state = other.state.value if other else "not there"
        if other is not None and is_skipped(other):
            continue  # if the others complete, this one is not needed either
        if other is None or other.state in LOST:
            failed.append((name, state))
        elif other.id in board.doomed:
            failed.append((name, "blocked"))
        elif _is_hopeless(board, task, other):
            failed.append((name, f"{state}, with failed members"))
        else:
            waiting.append((name, state))
    found = []
    if failed:
        found.append(Reason("prerequisite_failed", f"cannot start: {_pairs(failed)}", {"tasks": _names(failed)}))
    if waiting:
        what = "one of these to fail: " if task.when is When.ONE_FAILED else ""
        found.append(Reason("waits_for", f"waits for {what}{_pairs(waiting)}", {"tasks": _names(waiting)}))
    return found


def _is_hopeless(board: Board, task: Task, other: Task) -> bool:
    """Whether a group that a task needs to complete can no longer do so."""
    must_succeed = task.when in (When.ALL_SUCCESS, When.NONE_FAILED) and other.id != task.parent_id
    return must_succeed and other.group and board.groups.bad(other.id) > 0


def _limits(board: Board, task: Task) -> list[Reason]:
    if not board.policy.limits:
        return []
    taken = list(live(board))
    limit = Limits(board.policy, taken).reached(task)
    if limit is None:
        return []
    who = _some(sorted(other.label for other in taken if limit.pool in (None, other.pool)))
    message = f"waits its turn: {limit.name} allows {limit.most} at once{f': {who}' if who else ''}"
    return [Reason("limit", message, {"limit": limit.name})]


def _agents(board: Board, task: Task) -> list[Reason]:
    target = board.target(task)
    kind, name = target
    if kind == "nobody":
        return [
            Reason(
                "agent_missing",
                f"nobody is named for it; give it to someone: tt backlog claim {task.label} AGENT",
                {"agent": None},
            )
        ]
    candidates = board.candidates(target)
    who = {"agent": f'agent "{name}"', "role": f'an agent of role "{name}"', "any": "any agent"}[kind]
    if not candidates:
        start = {"agent": f"tt spawn {name}", "role": f"tt spawn NAME --role {name}", "any": "tt spawn NAME"}
        message = f"needs {who}, which is not there; start it: {start[kind]}"
        return [Reason("agent_missing", message, {"agent": name or None})]
    takers = [agent for agent in candidates if board.can_take(agent)]
    if not takers:
        return [_unable(agent) for agent in candidates]
    ready, space = able(board, target), room(board, target)
    load = loads(board)
    if any(load[agent.id] < space for agent in ready):
        return []
    who = _some([agent.name for agent in ready or takers])
    state = "has all that it can start soon" if ready else "is starting"
    return [Reason("limit", f"waits its turn: {who} {state}", {"limit": "agent"})]


def _unable(agent: Agent) -> Reason:
    details = {"agent": agent.name}
    if agent.state is AgentState.PAUSED:
        return Reason("agent_paused", RESUME_AGENT.format(agent.name), details)
    if agent.state is AgentState.DRAINING:
        return Reason("agent_draining", f'agent "{agent.name}" is draining', details)
    word = "is not running" if agent.gone else "is dead"
    remedy = "start it"
    if agent.quarantined:
        word = f"died {agent.failed_starts} times at start, so no conductor starts it any more"
        remedy = f"look at .tt/logs/{agent.name}.log, then"
    message = f'agent "{agent.name}" {word}; {remedy}: tt spawn {agent.name} --cli {agent.cli}'
    return Reason("agent_dead", message, details)


def _names(pairs: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"id": name, "state": state} for name, state in pairs]


def _pairs(pairs: list[tuple[str, str]]) -> str:
    return _some([f"{name} ({state})" for name, state in pairs])


def _some(words: list[str], most: int = 5) -> str:
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more
