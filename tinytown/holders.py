"""Who holds tasks and messages that they do not deal with: agents that are dead, stopped, paused or unknown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from tinytown.agents import Agent
from tinytown.channel import Channel, Delivery
from tinytown.errors import UnlawfulMoveError
from tinytown.hands import holds
from tinytown.ids import CONDUCTOR_ID
from tinytown.keyspace import every_key
from tinytown.record import Held
from tinytown.site import Site
from tinytown.spawn import dead_here
from tinytown.states import AgentState, TaskState
from tinytown.tasks import Task

_VOID = ("task_assign", "shutdown")


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds what they do not deal with.

    Args:
        id: Who.
        held: The agent as it was read; None if there is no record of it.
        dead: Whether it says that it lives, though it does not.
        tasks: What is in its hands, or was given to it by hand and waits for it; not what a paused one has begun.
        waiting: Its inbox.
        taken: What it took out of its inbox and did not acknowledge; nothing of a paused one.
    """

    id: UUID
    held: Held[Agent] | None
    dead: bool
    tasks: tuple[Held[Task], ...]
    waiting: tuple[Delivery, ...]
    taken: tuple[Delivery, ...]

    @property
    def name(self) -> str:
        """What people call it."""
        return self.held.value.name if self.held else str(self.id)

    @property
    def condition(self) -> str:
        """Why it does not deal with what it holds, in a word."""
        if self.held is None:
            return "unknown"
        return "dead" if self.dead else self.held.value.state.value

    @property
    def mail(self) -> tuple[Delivery, ...]:
        """Its messages but for those that mean nothing to anybody else."""
        return tuple(one for one in (*self.taken, *self.waiting) if not is_void(one))


def is_void(mail: Delivery) -> bool:
    """Whether a message means nothing without its receiver: an assignment goes with its task."""
    return mail.message is not None and mail.message.type in _VOID


def find_holders(site: Site, source: str | None = None) -> list[Holder]:
    """Those who hold something that they do not deal with.

    Args:
        site: The town.
        source: The name of an agent, if only this one is meant; it may be paused then. It is found in any case.

    Raises:
        UnknownAgentError: There is none of this name.
        UnlawfulMoveError: It is at work.
    """
    agents = site.roster.all()
    tasks = site.ledger.all()
    if source is not None:
        held = site.roster.find(source)
        agents[held.value.id] = held
        return [_holder(site, held.value.id, agents, tasks.values(), dead=_check_idle(site, held.value))]
    beats = site.roster.heartbeats(agents)
    found: list[Holder] = []
    for key, held in agents.items():
        dead = not held.value.gone and (key not in beats or dead_here(site, held.value))
        if held.value.gone or dead:
            found.append(_holder(site, key, agents, tasks.values(), dead=dead))
    strangers = {task.value.assigned_to for task in tasks.values() if _in_hands(task.value)} | _receivers(site)
    unknown = sorted(key for key in strangers if key is not None and key not in agents)
    found += [_holder(site, key, agents, tasks.values(), dead=False) for key in unknown]
    return [one for one in found if one.tasks or one.mail]


def _holder(
    site: Site, key: UUID, agents: Mapping[UUID, Held[Agent]], tasks: Iterable[Held[Task]], *, dead: bool
) -> Holder:
    held = agents.get(key)
    rests = held is not None and held.value.state is AgentState.PAUSED and not dead
    channel = Channel(site.connection, site.keys)
    return Holder(
        id=key,
        held=held,
        dead=dead,
        tasks=tuple(
            task
            for task in tasks
            if (holds(key, task.value) and not (rests and task.value.state is TaskState.RUNNING))
            or (held is not None and _waits_for(held.value, task.value))
        ),
        waiting=tuple(channel.waiting(key)),
        taken=() if rests else tuple(channel.taken(key)),
    )


def _check_idle(site: Site, agent: Agent) -> bool:
    """Whether it is dead. Raises UnlawfulMoveError if it lives and is not paused."""
    if agent.gone:
        return False
    dead = dead_here(site, agent) or agent.id not in site.roster.heartbeats({agent.id: agent})
    if not dead and agent.state is not AgentState.PAUSED:
        raise UnlawfulMoveError(
            f'agent "{agent.name}" is {agent.state} and deals with what it has',
            f"Pause or stop it first: tt pause {agent.name}",
        )
    return dead


def _waits_for(agent: Agent, task: Task) -> bool:
    """Whether a task was given to an agent by hand, and nobody has it now."""
    return task.plan_id is None and task.state is TaskState.PENDING and task.agent == agent.name


def _in_hands(task: Task) -> bool:
    return task.assigned_to is not None and holds(task.assigned_to, task)


def _receivers(site: Site) -> set[UUID]:
    """Everybody who has a mailbox, but for the conductor."""
    found: set[UUID] = set()
    for kind in ("inbox", "processing"):
        for key in every_key(site.connection, site.keys, f"{kind}:*"):
            try:
                found.add(UUID(key.rpartition(":")[2]))
            except ValueError:
                continue  # nobody's: `tt doctor` names it
    return found - {CONDUCTOR_ID}
