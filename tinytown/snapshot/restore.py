"""Fills an empty town from a snapshot: in one transaction, or a large one in several."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple
from uuid import UUID

from tinytown.agents import Agent
from tinytown.errors import TownFilledError
from tinytown.events import Event, task_event, town_event
from tinytown.ids import new_id
from tinytown.keys import PUSHING
from tinytown.presence import check_nobody
from tinytown.reset import Belongings, belongings, wipe
from tinytown.site import Site
from tinytown.snapshot.contents import Snapshot
from tinytown.snapshot.revive import revived
from tinytown.tasks import Task
from tinytown.transaction import Transaction

PIECE = 4000
"""So many writes, about, go into one transaction."""


class Restored(NamedTuple):
    """What a restore has done: what was written, and the tasks that returned to pending."""

    snapshot: Snapshot
    freed: list[Task]


def restore(site: Site, snapshot: Snapshot, *, replace: bool = False) -> Restored:
    """Writes a snapshot into a town.

    Tasks keep their ids, also in a town of another name: a push finds them by their ids in the plan. While a large
    restore is under way, and if it is cut off, its mark in the plan's hash keeps every conductor from deciding
    anything.

    Args:
        site: The town.
        snapshot: What to write; as it was saved.
        replace: Whether what the town holds goes.

    Raises:
        TownBusyError: Agents or a conductor are at work.
        TownFilledError: The town holds something, and is not to be replaced.
        StaleError: Somebody else writes into the town; of a restore in several pieces, the first ones may be there.
    """
    check_nobody(site, "be restored")
    there = belongings(site)
    if there.filled and not replace:
        raise filled(site, there)
    if replace:
        wipe(site)
    after, freed = revived(snapshot)
    _commit(site, _pieces(site, after, freed), after.plan)
    return Restored(after, freed)


def _commit(site: Site, pieces: list[Transaction], plan: Mapping[str, str]) -> None:
    """Writes the pieces one after the other, and the plan with the last one."""
    push, mark = str(new_id()), ""
    for number, piece in enumerate(pieces, 1):
        piece.expect_absent(site.keys.conductor)
        if number == 1:
            for key in (site.keys.tasks, site.keys.agents, site.keys.plan, site.keys.backlog, site.keys.delayed):
                piece.expect_absent(key)
        else:
            piece.expect_field(site.keys.plan, PUSHING, mark)
        if number < len(pieces):
            mark = f"{push} {number}"
            piece.set_field(site.keys.plan, PUSHING, mark)
        else:
            piece.delete_field(site.keys.plan, PUSHING)
            for name, text in plan.items():
                piece.set_field(site.keys.plan, name, text)
        piece.commit(site.connection)


def filled(site: Site, there: Belongings) -> TownFilledError:
    """The refusal to write into a town that holds something already."""
    return TownFilledError(
        f'town "{site.config.name}" is not empty: it holds {there}',
        "tt save keeps that; restore with --force replaces it.",
    )


def _pieces(site: Site, snapshot: Snapshot, freed: list[Task]) -> list[Transaction]:
    """The transactions, each of about PIECE writes; a small town needs one."""
    pieces = [Transaction(site.keys)]
    for write in _writes(snapshot, freed):
        if pieces[-1].size >= PIECE:
            pieces.append(Transaction(site.keys))
        write(pieces[-1])
    return pieces


def _writes(snapshot: Snapshot, freed: list[Task]) -> Iterator[Callable[[Transaction], object]]:
    if snapshot.events is not None:
        yield lambda piece: piece.delete(piece.keys.events)
        yield from (partial(_entry, ident, flat) for ident, flat in snapshot.events)
    yield from (partial(_agent, agent) for agent in snapshot.agents)
    yield from (partial(_task, task) for task in snapshot.tasks)
    yield from (partial(_mail, owner, text) for owner, texts in snapshot.mail.items() for text in texts)
    yield from (partial(_backlog, task) for task in snapshot.backlog)
    yield from (partial(_delay, task, until) for task, until in snapshot.delayed.items())
    why = "restored from a file; its agent is not at work"
    yield from (partial(_tell, task_event("requeued", task, reason=why)) for task in freed)
    if snapshot.events is None:
        yield partial(_tell, town_event("town.restored", tasks=str(len(snapshot.tasks))))


def _entry(ident: str, flat: Sequence[str], piece: Transaction) -> None:
    piece.add_entry(piece.keys.events, ident, flat)


def _agent(agent: Agent, piece: Transaction) -> None:
    piece.create_agent(agent)


def _task(task: Task, piece: Transaction) -> None:
    piece.create_task(task)


def _mail(owner: UUID, text: str, piece: Transaction) -> None:
    piece.append(piece.keys.inbox(owner), text)


def _backlog(task: UUID, piece: Transaction) -> None:
    piece.append(piece.keys.backlog, str(task))


def _delay(task: UUID, until: str, piece: Transaction) -> None:
    piece.add_scored(piece.keys.delayed, str(task), until)


def _tell(event: Event, piece: Transaction) -> None:
    piece.tell(event)
