"""Whom the plan needs and who is missing. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from conductor.board import Board
from conductor.queues import NO_AGENTS, Target
from tinytown.agents import Wish
from tinytown.clis import SHELL
from tinytown.tasks import Task


@dataclass(frozen=True, slots=True)
class Member:
    """An entry of the plan's team, `[agents.NAME]`."""

    name: str
    cli: str | None = None
    role: str | None = None
    replicas: int = 1


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
    """The agents that unfinished tasks need and that are not alive, in the order of the tasks.

    Args:
        board: What there is.
        hiring: How they are to be started.
    """
    alive = {held.value.name for held in board.agents.values() if _lives(board, held.value.id)}
    wishes = {wish.name: wish for target in _wanted(board) for wish in _wishes(board, target, hiring)}
    return [wish for name, wish in wishes.items() if name not in alive]


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


def _lives(board: Board, agent: object) -> bool:
    return agent in board.alive and not board.agents[agent].value.gone  # type: ignore[index]


def _wanted(board: Board) -> Iterable[Target]:
    """The targets of the tasks that are still to be done, each once."""
    targets: dict[Target, None] = {}
    for task in board.tasks.values():
        doable = not task.ended and task.id not in board.doomed and not board.withholds(task)
        if doable and not task.group:
            targets.setdefault(board.target(task), None)
    return targets


def _wishes(board: Board, target: Target, hiring: Hiring) -> Iterator[Wish]:
    kind, name = target
    if kind == "agent":
        yield from _replicas(hiring.team.get(name, Member(name)), hiring)
    elif kind == "role":
        members = [member for member in hiring.team.values() if member.role == name]
        for member in members or [Member(name, role=name)]:
            if members or not any(_lives(board, agent.id) for agent in board.candidates(target)):
                yield from _replicas(member, hiring)
    elif kind == "any" and not any(_lives(board, agent.id) for agent in board.candidates(target)):
        yield from _replicas(hiring.team.get(SHELL, Member(SHELL, cli=SHELL)), hiring, cli=SHELL)


def _replicas(member: Member, hiring: Hiring, cli: str | None = None) -> Iterator[Wish]:
    chosen = hiring.cli or member.cli or cli or hiring.default_cli
    if member.replicas == 1:
        yield Wish(member.name, chosen, member.role, team=member.name)
        return
    for number in range(1, member.replicas + 1):
        yield Wish(f"{member.name}-{number}", chosen, member.role, team=member.name)
