"""What a town has in Redis, and how it is emptied. Keys of other towns are never touched."""

from collections.abc import Iterator
from dataclasses import dataclass

from tinytown.agents import Agent
from tinytown.bury import free
from tinytown.connection import Command
from tinytown.errors import StaleError
from tinytown.events import town_event
from tinytown.ids import CONDUCTOR_ID
from tinytown.migration.layout import literal
from tinytown.record import Held
from tinytown.site import Site
from tinytown.transaction import Transaction

_PIECE = 10_000
"""So many keys are deleted in one transaction."""

_TRIES = 10
_MAILBOXES = ("inbox", "processing", "alive", "urgent", "stop", "activity")
"""What lies under an agent's id, in this program's towns and in the other's."""


@dataclass(frozen=True, slots=True)
class Belongings:
    """How much of each a town has; `keys` counts all its keys."""

    tasks: int
    agents: int
    messages: int
    events: int
    keys: int

    @property
    def filled(self) -> bool:
        """Whether there is anything but a journal."""
        return self.keys > (self.events > 0)

    def __str__(self) -> str:
        counts = {"task": self.tasks, "agent": self.agents, "message": self.messages, "event": self.events}
        told = [f"{count} {noun}{'' if count == 1 else 's'}" for noun, count in counts.items() if count]
        keys = f"{self.keys} key{'' if self.keys == 1 else 's'}"
        return f"{', '.join(told)} ({keys} of Redis)" if told else keys


def belongings(site: Site) -> Belongings:
    """Counts what a town has."""
    keys = list(_keys(site))
    boxes = [key for key in keys if key.startswith((site.keys.inbox(""), site.keys.processing("")))]
    looks: list[Command] = [
        ("SCARD", site.keys.tasks),
        ("HLEN", site.keys.agents),
        ("XLEN", site.keys.events),
        *(("LLEN", key) for key in boxes),
    ]
    tasks, agents, events, *messages = map(int, site.connection.run_all(looks))
    return Belongings(tasks, agents, sum(messages), events, len(keys))


def wipe(site: Site) -> int:
    """Deletes every key of a town; if it is cut off, it can be run again. Returns how many there were.

    Args:
        site: The town; nobody is at work in it.

    Raises:
        StaleError: A conductor has begun to lead it.
    """
    lists = {site.keys.tasks, site.keys.agents, site.keys.plan}
    # What lists the others goes last: until then a town that was left half emptied shows that it is.
    keys = sorted(_keys(site), key=lambda key: (key in lists, key))
    for start in range(0, len(keys), _PIECE):
        transaction = Transaction(site.keys).expect_absent(site.keys.conductor)
        for key in keys[start : start + _PIECE]:
            transaction.delete(key)
        transaction.commit(site.connection)
    return len(keys)


def dismiss(site: Site) -> list[Agent]:
    """Deletes the agents with their mail; what they had in their hands returns to pending.

    Args:
        site: The town; none of its agents is at work.

    Returns:
        The agents that there were.
    """
    gone = []
    for ident in site.roster.all():
        for attempt in range(1, _TRIES + 1):
            held = site.roster.get(ident)
            if held is None:
                break
            try:
                _dismiss(site, held)
            except StaleError:
                if attempt == _TRIES:
                    raise
            else:
                gone.append(held.value)
                break
    _sweep(site)
    return gone


def _dismiss(site: Site, held: Held[Agent]) -> None:
    agent, keys = held.value, site.keys
    transaction = Transaction(keys).expect(keys.agent(agent.id), held.text)
    tasks = site.ledger.all().values()
    free(transaction, site.connection, agent, tasks, f"agent {agent.name} is gone", crashed=False)
    transaction.delete(keys.agent(agent.id)).delete_field(keys.agents, agent.name)
    for kind in _MAILBOXES:
        transaction.delete(f"{keys.prefix}{kind}:{agent.id}")
    transaction.tell(town_event("agent.deleted", agent=agent.name))
    transaction.commit(site.connection)


def _sweep(site: Site) -> None:
    """Deletes what lies under the ids of agents that are no more."""
    there = {str(CONDUCTOR_ID), *map(str, site.roster.all())}
    transaction = Transaction(site.keys)
    for key in _keys(site):
        kind, _, ident = key.removeprefix(site.keys.prefix).partition(":")
        if kind in ("agent", *_MAILBOXES) and ident and ident not in there:
            transaction.delete(key)
    transaction.commit(site.connection)


def _keys(site: Site) -> Iterator[str]:
    seen: set[str] = set()
    cursor = "0"
    while True:
        pattern = f"{literal(site.keys.prefix)}*"
        cursor, keys = site.connection.run("SCAN", cursor, "MATCH", pattern, "COUNT", 1000)
        fresh = set(keys) - seen
        seen |= fresh
        yield from fresh
        if cursor == "0":
            return
