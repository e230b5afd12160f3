"""Takes a snapshot: everything in one look, so that no half of a change is in it."""

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

from tinytown.agents import Agent
from tinytown.channel import Delivery, delivery
from tinytown.connection import Command
from tinytown.connection import named as named_error
from tinytown.errors import StaleError, StoreError
from tinytown.ids import CONDUCTOR_ID
from tinytown.site import Site
from tinytown.snapshot.contents import Snapshot
from tinytown.states import AgentState
from tinytown.tasks import Task

R = TypeVar("R", Task, Agent)

_TRIES = 100
_TRANSIENT = frozenset({"shutdown"})
"""Messages that mean a process, not a name."""


def take(site: Site, *, events: bool = False) -> Snapshot:
    """The town as it is at one moment, also while it is at work.

    Redis is asked for everything in one transaction of its own. Which tasks and agents there are must be known
    before; if that is no longer true by then, it is asked anew.

    Args:
        site: The town.
        events: Whether the journal is wanted too.

    Raises:
        StaleError: Tasks come and go faster than they can be read.
        StoreError: Something there is not in our form.
    """
    for _ in range(_TRIES):
        tasks = site.connection.run("SMEMBERS", site.keys.tasks)
        names = site.connection.run("HGETALL", site.keys.agents)
        found = _look(site, tasks, names, events=events)
        if found is not None:
            return found
    raise StaleError(site.keys.tasks)


def _look(site: Site, tasks: list[str], names: list[str], *, events: bool) -> Snapshot | None:
    keys = site.keys
    agents = names[1::2]
    owners = [str(CONDUCTOR_ID), *agents]
    look: list[Command] = [
        ("MULTI",),
        ("SMEMBERS", keys.tasks),
        ("HGETALL", keys.agents),
        ("HGETALL", keys.plan),
        ("LRANGE", keys.backlog, 0, -1),
        ("ZRANGE", keys.delayed, 0, -1, "WITHSCORES"),
        ("XRANGE", keys.events, "-", "+") if events else ("PING",),
        ("MGET", keys.tasks, *map(keys.task, tasks)),
        ("MGET", keys.tasks, *map(keys.agent, agents)),
        *(("LRANGE", keys.processing(owner), 0, -1) for owner in owners),
        *(("LRANGE", keys.inbox(owner), 0, -1) for owner in owners),
        ("EXEC",),
    ]
    answers: list[Any] = site.connection.run_all(look)[-1]
    for answer in answers:
        if isinstance(answer, Exception):
            raise named_error(answer, site.connection.address)
    members, named, plan, backlog, delayed, journal, texts, records, *mail = answers
    if set(members) != set(tasks) or _pairs(named) != _pairs(names):
        return None
    held = _read(Task, zip(tasks, texts[1:], strict=True))
    known = {task.id for task in held}
    return Snapshot(
        name=site.config.name,
        plan=_pairs(plan),
        agents=[_at_rest(agent) for agent in _read(Agent, zip(agents, records[1:], strict=True))],
        tasks=held,
        mail={
            UUID(owner): _given_back(UUID(owner), taken, waiting)
            for owner, taken, waiting in zip(owners, mail[: len(owners)], mail[len(owners) :], strict=True)
            if taken or waiting
        },
        backlog=[UUID(text) for text in backlog if _uuid(text) in known],
        delayed={UUID(text): until for text, until in _pairs(delayed).items() if _uuid(text) in known},
        events=[(ident, flat) for ident, flat in journal] if events else None,
    )


def _pairs(flat: list[str]) -> dict[str, str]:
    return dict(zip(flat[::2], flat[1::2], strict=True))


def _read(kind: type[R], texts: Iterable[tuple[str, str | None]]) -> list[R]:
    found = []
    for ident, text in texts:
        if text is None:
            what = kind.__name__.lower()
            raise StoreError(
                f"{what} {ident} is in the town's list, but is not there, or is of another program",
                "tt migrate brings over what another program has left; else: tt doctor --fix",
            )
        found.append(kind.from_json(text))
    return found


def _at_rest(agent: Agent) -> Agent:
    state = AgentState.COLD if agent.state is AgentState.COLD else AgentState.STOPPED
    return agent.evolve(state=state, current_task=None, last_heartbeat=None, pid=None, host=None, stop_now=False)


def _given_back(owner: UUID, taken: list[str], waiting: list[str]) -> list[str]:
    """The inbox as it is when all that was taken is given back: before its equals, in its old order."""
    mail: list[Delivery] = [delivery(owner, text) for text in [*taken, *waiting]]
    kept = [one for one in mail if one.message is None or one.message.type not in _TRANSIENT]
    return [one.text for one in sorted(kept, key=lambda one: -one.rank)]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
