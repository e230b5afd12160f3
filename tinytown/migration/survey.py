"""Reads what other programs may have left, and what this town has already."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from tinytown.agents import Agent
from tinytown.connection import Command
from tinytown.errors import StoreError
from tinytown.migration.found import Find, Survey
from tinytown.migration.layout import LONGEST, TYPES, Kind, Place, patterns, place
from tinytown.site import Site
from tinytown.tasks import Task

_BATCH = 500
_COMMANDS: Mapping[str, tuple[str, tuple[str | int, ...]]] = {
    "string": ("GET", ()),
    "hash": ("HGETALL", ()),
    "list": ("LRANGE", (0, -1)),
    "stream": ("XRANGE", ("-", "+", "COUNT", LONGEST + 1)),
}


def survey(site: Site) -> Survey:
    """Reads everything that a migration may be about.

    Args:
        site: The town.
    """
    tasks = {ident: held.value for ident, held in site.ledger.all().items()}
    agents = {ident: held.value for ident, held in site.roster.all().items()}
    places = []
    for key in sorted(_keys(site)):
        found = place(key, site.keys.prefix)
        if found is not None and not _is_ours(found, tasks, agents):
            places.append(found)
    finds: list[Find] = []
    strange: list[tuple[Place, str]] = []
    for start in range(0, len(places), _BATCH):
        _read(site, places[start : start + _BATCH], finds, strange)
    planned = frozenset(site.connection.run("HKEYS", site.keys.plan))
    return Survey(finds, strange, tasks, agents, planned)


def _is_ours(found: Place, tasks: Mapping[UUID, Task], agents: Mapping[UUID, Agent]) -> bool:
    if found.shared or found.flaw:
        return False
    return (found.kind is Kind.TASK and found.id in tasks) or (found.kind is Kind.AGENT and found.id in agents)


def _keys(site: Site) -> Iterator[str]:
    seen: set[str] = set()
    for pattern in patterns(site.keys.prefix):
        cursor = "0"
        while True:
            cursor, keys = site.connection.run("SCAN", cursor, "MATCH", pattern, "COUNT", 1000)
            fresh = set(keys) - seen
            seen |= fresh
            yield from fresh
            if cursor == "0":
                break


def _read(site: Site, places: Sequence[Place], finds: list[Find], strange: list[tuple[Place, str]]) -> None:
    kinds = site.connection.run_all([("TYPE", one.key) for one in places])
    wanted: list[tuple[Place, str]] = []
    for one, kind in zip(places, kinds, strict=True):
        if kind == "none":
            continue  # it expired just now
        if one.kind is Kind.OTHER or kind not in TYPES[one.kind]:
            strange.append((one, kind))
        else:
            wanted.append((one, kind))
    commands: list[Command] = [(_COMMANDS[kind][0], one.key, *_COMMANDS[kind][1]) for one, kind in wanted]
    try:
        answers = site.connection.run_all(commands)
    except StoreError as error:
        raise StoreError(f"what lies in Redis changes while it is read: {error.message}", "Try again.") from error
    for (one, kind), answer in zip(wanted, answers, strict=True):
        if answer is not None:
            finds.append(_find(one, kind, answer))


def _find(found: Place, kind: str, answer: Any) -> Find:
    if kind == "string":
        return Find(found, text=answer)
    if kind == "hash":
        return Find(found, fields=dict(zip(answer[::2], answer[1::2], strict=True)))
    if kind == "list":
        return Find(found, items=tuple(answer))
    return Find(found, entries=tuple((ident, tuple(flat)) for ident, flat in answer))
