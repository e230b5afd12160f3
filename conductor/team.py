"""Whom the plan needs and who is missing. Pure."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from uuid import UUID

from conductor.board import Board
from conductor.decide import room
from conductor.limits import Limits
from conductor.order import Place
from conductor.queues import NO_AGENTS, Target
from conductor.stopping import live, loads
from tinytown.agents import Agent, Wish
from tinytown.clis import SHELL
from tinytown.states import AgentState
from tinytown.tasks import Task

_BREADTH = {"agent": 0, "role": 1, "any": 2}
"""Whoever can do only this is counted for it first."""


@dataclass(frozen=True, slots=True)
class Member:
    """An entry of the plan's team, `[agents.NAME]`. `idle_timeout` in seconds; None as the town has it."""

    name: str
    cli: str | None = None
    role: str | None = None
    replicas: int = 1
    idle_timeout: float | None = None


@dataclass(frozen=True, slots=True)
class Hiring:
    """How missing agents are to be started. `cli` overrides the CLI of every one of them."""

    team: Mapping[str, Member]
    default_cli: str
    cli: str | None = None


def planned(name: str, team: Mapping[str, Member]) -> Member | None:
    """The entry of the team that an agent of this name belongs to, by itself or as a replica."""
    if name in team:
        return team[name]
    stem, _, number = name.rpartition("-")
    member = team.get(stem)
    return member if member and number.isdigit() and 1 <= int(number) <= member.replicas else None


def missing(board: Board, hiring: Hiring) -> list[Wish]:
    """The agents that would be started now if there was place for all, in the order of the tasks.

    Args:
        board: What there is.
        hiring: How they are to be started.
    """
    now = called(board, hiring)
    wishes = {wish.name: wish for wish in [*now, *ahead(board, hiring, {wish.name for wish in now})]}
    absent = _Absent(board, hiring, ())
    names = dict.fromkeys(wish.name for target in wanted(board) for wish in absent.of(target))
    return [wishes[name] for name in names if name in wishes]


def called(board: Board, hiring: Hiring, barred: Collection[str] = ()) -> list[Wish]:
    """The agents that ready tasks need because nobody who lives has room for them, the most urgent task first.

    Costs what there are kinds of ready tasks and agents, unless somebody is missing.

    Args:
        board: What there is.
        hiring: How they are to be started.
        barred: The names of those that cannot be started for now.
    """
    targets = [target for target, queue in board.ready.items() if queue and target not in NO_AGENTS]
    if not targets or board.halted or board.paused is not None:
        return []
    absent = _Absent(board, hiring, barred)
    crews = [(target, absent.of(target)) for target in sorted(targets, key=_breadth)]
    if not any(crew for _, crew in crews):
        return []
    load = loads(board)
    limits = Limits(board.policy, live(board))
    found: dict[str, tuple[Place, Wish]] = {}
    for target, crew in crews:
        wishes = [wish for wish in reversed(crew) if wish.name not in found]
        able = [agent for agent in board.candidates(target) if board.can_take(agent)]
        space = room(board, target)
        for place, task in _releasable(board, target, limits):
            agent = next((agent for agent in able if load[agent.id] < space), None)
            if agent is not None:
                load[agent.id] += 1
            elif wishes:
                wish = wishes.pop()
                found[wish.name] = (place, wish)
            else:
                break
            limits.take(task)
    return [wish for _, wish in sorted(found.values(), key=itemgetter(0))]


def ahead(board: Board, hiring: Hiring, called: Collection[str] = (), barred: Collection[str] = ()) -> list[Wish]:
    """The agents that are started before their tasks are ready, in the order of these tasks.

    They are those that were never started or have died, and of those that can do a task no more than there are
    such tasks. Who has left in good order comes back when it is called.

    Args:
        board: What there is.
        hiring: How they are to be started.
        called: The names of those that are started for ready tasks.
        barred: The names of those that cannot be started for now.
    """
    if board.halted or board.paused is not None:
        return []
    absent = _Absent(board, hiring, barred)
    counts = wanted(board)
    order = {target: place for place, target in enumerate(counts)}
    taken: set[str] = set()
    found: list[tuple[int, Wish]] = []
    for target in sorted(counts, key=_breadth):
        living = [agent.name for agent in board.candidates(target) if board.can_take(agent)]
        covered = [name for name in living if name not in taken][: counts[target]]
        wishes = [wish for wish in absent.of(target) if wish.name not in taken][: counts[target] - len(covered)]
        taken.update(covered, (wish.name for wish in wishes))
        found += [(order[target], one) for one in wishes if one.name not in called and absent.is_unused(one.name)]
    return [wish for _, wish in sorted(found, key=itemgetter(0))]


def wanted(board: Board) -> Counter[Target]:
    """How many tasks are still to be done by whom; first the target of the first task."""
    counts: Counter[Target] = Counter()
    for task in board.tasks.values():
        if not task.ended and not task.group and task.id not in board.doomed and not board.withholds(task):
            counts[board.target(task)] += 1
    return counts


def orphans(board: Board) -> dict[str, Task]:
    """For each kind of agent that ready tasks need and nobody alive is, one such task."""
    found: dict[str, Task] = {}
    for target, queue in board.ready.items():
        kind, name = target
        if not queue or target in NO_AGENTS or any(map(board.can_take, board.candidates(target))):
            continue
        first = next((board.tasks[key] for _, key in queue if not board.withholds(board.tasks[key])), None)
        if first is not None:
            found[name or kind] = first
    return found


def expects(board: Board) -> bool:
    """Whether a ready task waits for an agent that is starting."""
    starting = (held.value for held in board.agents.values() if held.value.state is AgentState.STARTING)
    able = {agent.id for agent in starting if agent.id in board.alive}
    return bool(able) and any(
        any(agent.id in able for agent in board.candidates(target))
        for target, queue in board.ready.items()
        if any(not board.withholds(board.tasks[key]) for _, key in queue)
    )


class _Absent:
    """Whom the plan's team, and the names in its tasks, have for a task, and who is not alive.

    Args:
        board: What there is.
        hiring: How agents are to be started.
        barred: The names of those that cannot be started for now.
    """

    def __init__(self, board: Board, hiring: Hiring, barred: Collection[str]) -> None:
        self._board = board
        self._hiring = hiring
        self._known: dict[str, Agent] = {held.value.name: held.value for held in board.agents.values()}
        self._barred = {*barred, *(agent.name for agent in self._known.values() if agent.quarantined)}
        self._barred.update(
            agent.name for agent in self._known.values() if self._lives(agent.id) or agent.by_client
        )

    def of(self, target: Target) -> list[Wish]:
        """Those that can do a target's tasks and may be started, in the order of their names' numbers."""
        return [wish for wish in self._crew(target) if wish.name not in self._barred]

    def is_unused(self, name: str) -> bool:
        """Whether an agent was never started, or has died, rather than left in good order."""
        return name not in self._known or self._known[name].state is not AgentState.STOPPED

    def _lives(self, agent: UUID) -> bool:
        return agent in self._board.alive and not self._board.agents[agent].value.gone

    def _crew(self, target: Target) -> Iterator[Wish]:
        kind, name = target
        team = self._hiring.team
        if kind == "agent":
            member = planned(name, team) or Member(name)
            yield from self._replicas(member) if name == member.name else [self._wish(member, name)]
        elif kind == "role":
            members = [member for member in team.values() if member.role == name]
            for member in members or self._stand_in(target, Member(name, role=name)):
                yield from self._replicas(member)
        elif kind == "any":
            shell = team.get(SHELL)
            for member in [shell] if shell else self._stand_in(target, Member(SHELL)):
                yield from self._replicas(member, SHELL)

    def _stand_in(self, target: Target, member: Member) -> list[Member]:
        """Who is started where the team has nobody: only if there is nobody else, or it was before."""
        known = self._known.get(member.name)
        once = known is not None and known.team == member.name
        return [member] if once or not any(self._lives(one.id) for one in self._board.candidates(target)) else []

    def _replicas(self, member: Member, cli: str | None = None) -> Iterator[Wish]:
        if member.replicas == 1:
            yield self._wish(member, member.name, cli)
            return
        for number in range(1, member.replicas + 1):
            yield self._wish(member, f"{member.name}-{number}", cli)

    def _wish(self, member: Member, name: str, cli: str | None = None) -> Wish:
        chosen = self._hiring.cli or member.cli or cli or self._hiring.default_cli
        return Wish(name, chosen, member.role, team=member.name, idle_timeout=member.idle_timeout or 0.0)


def _breadth(target: Target) -> int:
    return _BREADTH.get(target[0], len(_BREADTH))


def _releasable(board: Board, target: Target, limits: Limits) -> Iterator[tuple[Place, Task]]:
    """The ready tasks that only the lack of an agent keeps back, the most urgent first."""
    for place, key in board.ready[target]:
        task = board.tasks[key]
        if limits.reached(task) is None and not board.withholds(task):
            yield place, task
