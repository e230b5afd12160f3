"""Checks whether those who say that they live do: agents by their life locks, the conductor by its pid."""

from collections.abc import Iterator

from tinytown.doctor.finding import Finding, Fix, error, warning
from tinytown.doctor.stock import Stock, ident_of
from tinytown.incumbent import has_ended, named
from tinytown.site import Site
from tinytown.spawn import dead_here
from tinytown.transaction import Transaction

_FOREVER = -1


def check_pulses(site: Site, stock: Stock) -> Iterator[Finding]:
    """Agents that say that they live and do not, quarantined ones, and heartbeats of nobody.

    Args:
        site: The town; whether its processes live can only be told on this machine.
        stock: What was read.
    """
    beats = {ident_of(key): text for key, text in stock.texts("alive").items()}
    for ident, held in stock.agents.items():
        agent = held.value
        if not agent.gone:
            here = dead_here(site, agent)
            if here or ident not in beats:
                how = f"its process (pid {agent.pid}) is gone" if here else "it has no heartbeat"
                remedy = "tt recover frees its work; a conductor does so by itself"
                yield error(stock.keys.agent(ident), f'agent "{agent.name}" is {agent.state}, but {how}', remedy)
        elif agent.quarantined:
            problem = f'agent "{agent.name}" died {agent.failed_starts} times at start; no conductor starts it'
            remedy = f"Look at .tt/logs/{agent.name}.log, then: tt spawn {agent.name}"
            yield warning(stock.keys.agent(ident), problem, remedy)
    for beating in beats:
        key = stock.keys.alive(beating) if beating else ""
        if beating and stock.keys.agent(beating) not in stock.kinds and stock.lives[key] != _FOREVER:
            yield warning(key, "is the heartbeat of an agent that does not exist", "It expires by itself")


def check_lease(stock: Stock) -> Iterator[Finding]:
    """A conductor's lease without a conductor."""
    key = stock.keys.conductor
    text = stock.values.get(key)
    if not isinstance(text, str):
        return
    lease = named(text)
    if lease is None:
        yield error(key, f"is the lease of nobody: {text[:40]!r}", f"{stock.cli} DEL '{key}', if no conductor runs")
        return
    if has_ended(text):
        said = f"the conductor with pid {lease.get('pid')} is gone, but its lease is in force"
        if stock.lives.get(key) == _FOREVER:
            fix = Fix("deleted", lambda transaction: _drop(transaction, key, text))
            yield error(key, said, "tt doctor --fix", fix)
        else:
            yield warning(key, said, f"It runs out by itself in {max(stock.lives[key], 0) / 1000:.0f} s")


def _drop(transaction: Transaction, key: str, text: str) -> None:
    transaction.expect(key, text).delete(key)
