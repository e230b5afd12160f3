"""Which tasks a view is to show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planner.plan import Entry, Plan, TeamMember
from planner.views.state import Lives, state_of
from tinytown.ids import nearest
from tinytown.states import TaskState


@dataclass(frozen=True)
class Wanted:
    """A choice of tasks: of each kind that is given any one must fit, and of all kinds together each.

    Args:
        tags: Tags of the task.
        agents: Names of agents, of replicas, or roles: who does the task, may do it, or has it.
        states: States that it is shown in.
    """

    tags: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    states: tuple[TaskState, ...] = ()

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self.tags or self.agents or self.states)

    def chosen(self, plan: Plan, live: Lives | None) -> tuple[Entry, ...]:
        """The tasks that fit, in the plan's order."""
        if self.everything:
            return plan.entries
        whom = frozenset(answering(plan.team, self.agents))
        return tuple(
            entry
            for entry in plan.entries
            if (not self.tags or not set(self.tags).isdisjoint(entry.tags))
            and (not self.agents or not whom.isdisjoint(_doers(entry, live)))
            and (not self.states or state_of(entry, live) in self.states)
        )

    def told(self) -> str:
        """The choice as one would type it: `--tag auth --status failed`."""
        pairs = [
            *(("tag", tag) for tag in self.tags),
            *(("agent", agent) for agent in self.agents),
            *(("status", state.value) for state in self.states),
        ]
        return " ".join(f"--{option} {value}" for option, value in pairs)

    def guess(self, plan: Plan) -> str | None:
        """The tag or agent of the plan that a word of the choice is probably a slip of."""
        tags = {tag for entry in plan.entries for tag in entry.tags}
        names = {member.name for member in plan.team}
        names.update(name for entry in plan.entries for name in (entry.agent, entry.role) if name)
        for words, known in ((self.tags, tags), (self.agents, names)):
            for word in words:
                if word not in known and (near := nearest(word, sorted(known))):
                    return near
        return None


def answering(team: Iterable[TeamMember], names: Iterable[str]) -> Iterable[str]:
    """The names and roles that tasks for these agents may be addressed to."""
    members: Mapping[str, TeamMember] = {member.name: member for member in team}
    for name in names:
        yield name
        stem, _, number = name.rpartition("-")
        member = members.get(name)
        if member is None and number.isdigit():
            replica = members.get(stem)
            member = replica if replica and 1 <= int(number) <= replica.replicas else None
        if member:
            yield member.name
            if member.role:
                yield member.role


def _doers(entry: Entry, live: Lives | None) -> set[str]:
    held = live.get(entry.id) if live else None
    return {name for name in (entry.agent, entry.role, held.agent if held else None) if name}
