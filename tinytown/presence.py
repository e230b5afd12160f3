"""Who is at work in a town: its conductor and its agents. What changes a town as a whole waits until nobody is."""

import socket
from dataclasses import dataclass

from tinytown.agents import Agent
from tinytown.errors import TownBusyError
from tinytown.incumbent import named
from tinytown.record import Held
from tinytown.site import Site
from tinytown.spawn import dead_here

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Leader:
    """The conductor in charge: its lease, and where its process is, if that is known."""

    lease: str
    host: str | None = None
    pid: int | None = None

    def __str__(self) -> str:
        return f"a conductor (process {self.pid} on {self.host})" if self.pid else "a conductor"


@dataclass(frozen=True, slots=True)
class Presence:
    """Who is at work.

    Args:
        conductor: The conductor in charge; None if there is none.
        agents: The agents that live, by name.
    """

    conductor: Leader | None
    agents: tuple[Held[Agent], ...]

    def __str__(self) -> str:
        names = [held.value.name for held in self.agents]
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        who = [f"agent {name}" for name in names[:_SHOWN]]
        return ", ".join([str(self.conductor), *who] if self.conductor else who) + more

    def __bool__(self) -> bool:
        return bool(self.conductor or self.agents)


def presence(site: Site) -> Presence:
    """Who is at work in a town right now."""
    lease = site.connection.run("GET", site.keys.conductor)
    agents = site.roster.all()
    beats = site.roster.heartbeats(agents)
    here = socket.gethostname()
    living = [
        held
        for ident, held in agents.items()
        if not held.value.gone and (ident in beats or held.value.host == here) and not dead_here(site, held.value)
    ]
    return Presence(_conductor(lease), tuple(living))


def check_nobody(site: Site, what: str) -> None:
    """Makes sure that nobody is at work.

    Args:
        site: The town.
        what: What must not happen meanwhile, for the message: `be migrated`.

    Raises:
        TownBusyError: Somebody is.
    """
    there = presence(site)
    if there:
        remedy = "Stop them first: tt stop" if there.agents else "End it first, with Ctrl-C where it runs."
        if there.agents and there.conductor:
            remedy = "End the conductor with Ctrl-C where it runs, and then: tt stop"
        raise TownBusyError(f'town "{site.config.name}" cannot {what} while it is at work: {there}', remedy)


def _conductor(lease: str | None) -> Leader | None:
    if lease is None:
        return None
    who = named(lease) or {}
    try:
        return Leader(lease, str(who["host"]), int(who["pid"]))
    except (ValueError, KeyError, TypeError):
        return Leader(lease)
