"""What is to become of everything that was found. Pure."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from tinytown.agents import Agent
from tinytown.ids import CONDUCTOR_ID
from tinytown.migration.events import retold, to_tell
from tinytown.migration.found import Find, Survey
from tinytown.migration.layout import LONGEST, Kind, clip
from tinytown.migration.mail import collect
from tinytown.migration.records import UnreadableError, agent_of, allowed_name
from tinytown.migration.steps import Left, Migration, Step
from tinytown.migration.work import Work

_AWAKE = timedelta(seconds=120)
"""The other program's own limit: an agent that has not beaten for so long is dead."""
_AT_WORK = frozenset({"starting", "idle", "working", "paused", "draining"})

Group = dict[Kind, list[Find]]


class _Deciding:
    """A migration as it comes about."""

    def __init__(self, seen: Survey, moment: datetime) -> None:
        self.seen = seen
        self.moment = moment
        self.steps: list[Step] = []
        self.left: list[Left] = []
        self.awake: list[str] = []
        self.groups: Mapping[str, Group] = defaultdict(lambda: defaultdict(list))
        self.names = {ident: agent.name for ident, agent in seen.agents.items()}
        self.mail: dict[UUID, frozenset[UUID]] = {}
        for find in sorted(seen.finds, key=lambda find: find.place.shared):
            if find.place.flaw:
                self.leave(find, find.place.flaw)
            else:
                self.groups[find.place.ident][find.place.kind].append(find)

    def leave(self, find: Find, reason: str) -> None:
        self.left.append(Left(find.key, reason))


def decide(seen: Survey, moment: datetime) -> Migration:
    """Works out a migration.

    Args:
        seen: What was read.
        moment: Now.
    """
    deciding = _Deciding(seen, moment)
    _agents(deciding)
    work = Work(seen, deciding.names, deciding.mail, moment)
    finds = [find for _, group in sorted(deciding.groups.items()) for find in group[Kind.TASK]]
    steps, left = work.tasks(finds)
    deciding.steps += steps
    deciding.left += left
    nobody = deciding.groups[""]
    for find in nobody[Kind.BACKLOG]:
        step, left = work.backlog(find)
        deciding.steps += [step] if step else []
        deciding.left += left
    # First, for every other step tells the journal something.
    for find in nobody[Kind.EVENTS]:
        step = retold(find, deciding.names, work.plan_ids)
        if step is not None and len(find.entries) > LONGEST:
            deciding.leave(find, f"a journal of more than {LONGEST} entries, some of another program")
        elif step is not None:
            deciding.steps.insert(0, step)
    for strange, kind in seen.strange:
        reason = "nothing here corresponds to it" if strange.kind is Kind.OTHER else f"it is a {kind}"
        deciding.left.append(Left(strange.key, reason))
    left = sorted(deciding.left, key=lambda one: one.key)
    return Migration(deciding.steps, left, sorted(deciding.awake))


def _agents(deciding: _Deciding) -> None:
    """Agents with all that belongs to each; then the mail of those that are there already."""
    found: dict[UUID, tuple[Agent, list[str], Find]] = {}
    for _, group in sorted(deciding.groups.items()):
        for find in group[Kind.AGENT]:
            there = find.place.id in found or find.place.id in deciding.seen.agents
            read = _agent(deciding, find, there=there)
            if read is not None:
                found[find.place.id] = (*read, find)
    # Of several of one name the newest keeps it.
    taken = {agent.name for agent in deciding.seen.agents.values()}
    for agent, notes, find in sorted(found.values(), key=lambda one: one[0].created_at, reverse=True):
        name = _free_name(allowed_name(agent.name, find.place.ident), taken)
        taken.add(name)
        if name != agent.name:
            notes.append(f"it was called {clip(agent.name)}")
        named = agent.evolve(name=name)
        deciding.names[named.id] = name
        bag, sources, remarks = collect(named.id, deciding.groups[find.place.ident])
        flags = deciding.groups[find.place.ident][Kind.STOP]
        sources = [find, *sources, *flags]
        deciding.steps.append(Step("agent", sources, f'agent "{name}"', (*notes, *remarks), agent=named, mail=bag))
    for ident, group in sorted(deciding.groups.items()):
        _rest(deciding, ident, group, converted=frozenset(found))


def _agent(deciding: _Deciding, find: Find, *, there: bool) -> tuple[Agent, list[str]] | None:
    if find.place.id == CONDUCTOR_ID:
        deciding.leave(find, "it is the conductor's, who needs no record")
        return None
    if there:
        deciding.leave(find, "this town has an agent of this id already")
        return None
    try:
        agent, state, notes = agent_of(find, deciding.moment)
    except UnreadableError as error:
        deciding.leave(find, str(error))
        return None
    beat = agent.last_heartbeat
    if state in _AT_WORK and beat is not None and abs(deciding.moment - beat) < _AWAKE:
        deciding.awake.append(agent.name)
    return agent, notes


def _rest(deciding: _Deciding, ident: str, group: Group, *, converted: frozenset[UUID]) -> None:
    """What lies under an id beside its record."""
    activities = group[Kind.ACTIVITY]
    if not ident or not any(group[kind] for kind in (Kind.INBOX, Kind.URGENT, Kind.STOP, Kind.ACTIVITY)):
        return
    owner = UUID(ident)
    known = owner in deciding.names or owner == CONDUCTOR_ID
    bag, sources, remarks = collect(owner, group)
    deciding.mail[owner] = bag.assigned if bag else frozenset()
    name = "conductor" if owner == CONDUCTOR_ID else deciding.names.get(owner, ident[:8])
    if owner not in converted:
        foreign = [find for find in sources if find.place.shared or find.place.kind is Kind.URGENT]
        if known and foreign:
            deciding.steps.append(Step("mail", sources, f'the mail of "{name}"', remarks, mail=bag))
        elif not known:
            for find in sources:
                deciding.leave(find, "mail of an agent that there is no readable record of")
        deciding.steps += [Step("stop", [flag], f'the stop flag of "{name}"') for flag in group[Kind.STOP]]
    for find in activities:
        deciding.steps.append(Step("activity", [find], f'the activity of "{name}"', entries=to_tell(find, name)))


def _free_name(name: str, taken: set[str]) -> str:
    number, free = 2, name
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    return free
