"""Rules on agents and roles: what they may be called, and whether the team has them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from planner.diagnostics.finding import Finding
from planner.document import Path
from planner.rules.guesses import Guesses
from planner.rules.written import Outline
from tinytown.errors import BadNameError
from tinytown.ids import check_name

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_DIGITS = 6


def names(outline: Outline) -> Iterator[Finding]:
    """Agents and roles have lawful names (TT006), and no task has both (TT019)."""
    places: list[tuple[Path, str, str]] = []
    for task in outline.tasks:
        agent, role = task.agent, task.role
        if agent is not None:
            places.append((task.path("agent"), "agent", agent))
        if role is not None:
            places.append((task.path("role"), "role", role))
        if agent is not None and role is not None:
            message = f"{outline.name(task)} has an agent and a role"
            remedy = "agent means that one, role means any agent of that role: keep one of them"
            yield outline.finding("TT019", task.path("role"), message, help=remedy, label="one too many")
    default = outline.table("meta").get("default_agent")
    if isinstance(default, str):
        places.append((("meta", "default_agent"), "agent", default))
    for name, member in outline.table("agents").items():
        places.append((("agents", name), "agent", name))
        if isinstance(member, dict) and isinstance(member.get("role"), str):
            places.append((("agents", name, "role"), "role", member["role"]))
    for path, what, name in places:
        refusal = _refusal(name, what)
        if refusal:
            yield outline.finding("TT006", path, refusal.message, help=refusal.remedy)


def strangers(outline: Outline) -> Iterator[Finding]:
    """If there is a team, it has the agents and roles that are named (TT012)."""
    team = outline.table("agents")
    if not team:
        return
    named = [
        (task.path("agent"), outline.name(task), task.agent)
        for task in outline.tasks
        if task.agent and task.agent not in team
    ]
    default = outline.table("meta").get("default_agent")
    if isinstance(default, str) and default and default not in team:
        named.append((("meta", "default_agent"), "[meta]", default))
    guess = Guesses(team)
    for path, who, agent in named:
        if _one_of_several(agent, team) or _refusal(agent, "agent"):
            continue
        meant = guess(agent)
        remedy = f'did you mean "{meant}"?' if meant else f"add [agents.{_key(agent)}], or spawn it yourself"
        message = f'{who} names the agent "{agent}", who is not in [agents]'
        yield outline.finding("TT012", path, message, help=remedy, label="not in the team")
    yield from _strange_roles(outline, team)


def _strange_roles(outline: Outline, team: dict[str, Any]) -> Iterator[Finding]:
    written = [member.get("role") for member in team.values() if isinstance(member, dict)]
    roles = {role: None for role in written if isinstance(role, str)}
    guess = Guesses(roles)
    for task in outline.tasks:
        role = task.role
        if role and role not in roles and task.agent is None and not _refusal(role, "role"):
            meant = guess(role)
            remedy = (
                f'did you mean "{meant}"?' if meant else f'give an agent role = "{role}", or spawn one yourself'
            )
            message = f'{outline.name(task)} asks for the role "{role}", which nobody in [agents] has'
            yield outline.finding("TT012", task.path("role"), message, help=remedy, label="not in the team")


def _one_of_several(agent: str, team: dict[str, Any]) -> bool:
    """Whether it is one of NAME-1, NAME-2 … of a member that there are several of."""
    name, _, number = agent.rpartition("-")
    member = team.get(name)
    replicas = member.get("replicas") if isinstance(member, dict) else None
    if not isinstance(replicas, int) or not number.isdecimal() or not number.isascii() or len(number) > _DIGITS:
        return False
    return replicas > 1 and str(int(number)) == number and 1 <= int(number) <= replicas


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else f'"{name}"'


@lru_cache(maxsize=4096)
def _refusal(name: str, what: str) -> BadNameError | None:
    try:
        check_name(name, what)
    except BadNameError as error:
        return error
    return None
