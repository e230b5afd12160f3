"""The plan's team, as it was last pushed."""

import json
from collections.abc import Iterable

from conductor.team import Member
from planner.plan import TeamMember
from tinytown.clock import seconds
from tinytown.keys import AGENTS
from tinytown.town import Town


def team(town: Town) -> dict[str, Member]:
    """The `[agents.*]` of the plan that this town was given last, by name."""
    text = town.connection.run("HGET", town.keys.plan, AGENTS)
    return team_of(TeamMember.model_validate(one) for one in json.loads(text or "[]"))


def team_of(members: Iterable[TeamMember]) -> dict[str, Member]:
    """The plan's team as the conductor knows it."""
    return {one.name: _member(one) for one in members}


def _member(one: TeamMember) -> Member:
    idle = seconds(one.idle_timeout) if one.idle_timeout else None
    return Member(one.name, one.cli, one.role, one.replicas, idle)
