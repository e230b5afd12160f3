"""Moves the tasks and messages of those who do not deal with them to the backlog, or to a living agent."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from tinytown.agents import Agent
from tinytown.assign import hand_over
from tinytown.channel import Delivery
from tinytown.errors import StaleError, UnlawfulMoveError
from tinytown.events import moved_event, task_event
from tinytown.holders import Holder, find_holders, is_void
from tinytown.messages import UNTOLD, WISHES, wished
from tinytown.record import Held
from tinytown.resettle import Whereto, resettle
from tinytown.site import Site
from tinytown.spawn import dead_here
from tinytown.states import TaskState
from tinytown.tasks import Task
from tinytown.transaction import Transaction

_TRIES = 10


@dataclass(frozen=True, slots=True)
class Moved:
    """One thing that was moved, or stays.

    `what` is a task's label or a message's type and text; `whereto` where it is now; `why` it is not where it was
    wished, if so.
    """

    kind: Literal["task", "message"]
    id: str
    what: str
    whereto: Whereto | Literal["inbox"]
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Reclaimed:
    """What became of what one of them held. `why` nothing was touched, if so."""

    holder: Holder
    moved: tuple[Moved, ...] = ()
    why: str | None = None


def find_target(site: Site, name: str) -> Held[Agent]:
    """The living agent that is to have it all.

    Raises:
        UnknownAgentError: There is none of this name.
        UnlawfulMoveError: It takes no tasks.
    """
    held = site.roster.find(name)
    agent = held.value
    dead = dead_here(site, agent) or agent.id not in site.roster.heartbeats({agent.id: agent})
    if not agent.receptive or dead:
        state = "dead" if dead and not agent.gone else agent.state
        raise UnlawfulMoveError(
            f'agent "{agent.name}" is {state} and takes no tasks', "Name another one; `tt list` shows them."
        )
    return held


def reclaim(site: Site, source: str | None, target: str | None) -> list[Reclaimed]:
    """Moves everything, in one transaction for each holder.

    Args:
        site: The town.
        source: The name of the one whose things are meant; None for everybody who is dead, stopped or unknown.
        target: The name of the agent that is to have them; None for the backlog.

    Raises:
        UnknownAgentError, UnlawfulMoveError: As `find_holders` and `find_target`.
        StaleError: They change faster than they can be moved.
    """
    whose = find_holders(site, source)
    if target is not None and find_target(site, target).value.id in {holder.id for holder in whose}:
        raise UnlawfulMoveError(f'agent "{target}" cannot take over from itself', "Name another one.")
    return [_empty(site, holder, target, source) for holder in whose]


def _empty(site: Site, holder: Holder, target: str | None, source: str | None) -> Reclaimed:
    for _ in range(_TRIES):
        if holder.dead:
            return Reclaimed(holder, why="it is dead, and its work is not freed yet")
        transaction = Transaction(site.keys)
        to = find_target(site, target) if target is not None else None
        _expect(transaction, holder, to)
        moved = [
            *(_move_task(transaction, task, holder, to) for task in holder.tasks),
            *_move_mail(site, transaction, holder, to),
        ]
        with suppress(StaleError):
            transaction.commit(site.connection)
            return Reclaimed(holder, tuple(moved))
        now = {one.id: one for one in find_holders(site, source)}
        if holder.id not in now:
            return Reclaimed(holder, why="it was emptied by somebody else")
        holder = now[holder.id]
    raise StaleError(site.keys.agent(holder.id))


def _expect(transaction: Transaction, holder: Holder, target: Held[Agent] | None) -> None:
    """The holder does not come back, and the target does not leave, in the meantime."""
    where = transaction.keys.agent(holder.id)
    if holder.held is None:
        transaction.expect_absent(where)
    else:
        transaction.expect(where, holder.held.text)
    if target is not None:
        transaction.expect(transaction.keys.agent(target.value.id), target.text)


def _move_task(transaction: Transaction, held: Held[Task], holder: Holder, target: Held[Agent] | None) -> Moved:
    task = held.value
    outcome = resettle(task, target.value if target else None)
    after = transaction.change_task(held, outcome.task)
    if outcome.whereto != "agent" or task.state is not TaskState.PENDING:
        back = task.requeue() if outcome.whereto == "agent" else outcome.task
        transaction.tell(task_event("requeued", back, holder.name, reason=f"taken from {holder.name}"))
    if outcome.whereto == "backlog":
        transaction.add_to_backlog(task.id)
    if target is not None and outcome.whereto == "agent":
        transaction.drop_from_backlog(task.id)
        transaction.delay(outcome.task)
        hand_over(transaction, after, target.value)
    return Moved("task", str(task.id), task.label, outcome.whereto, outcome.why)


def _move_mail(site: Site, transaction: Transaction, holder: Holder, target: Held[Agent] | None) -> list[Moved]:
    places = ((site.keys.processing(holder.id), holder.taken), (site.keys.inbox(holder.id), holder.waiting))
    moved = [
        _move_message(site, transaction, key, one, target, holder=holder.name)
        for key, mail in places
        for one in mail
    ]
    return [one for one in moved if one is not None]


def _move_message(
    site: Site, transaction: Transaction, key: str, mail: Delivery, target: Held[Agent] | None, *, holder: str
) -> Moved | None:
    if is_void(mail):
        transaction.delete_element(key, mail.text)
        return None
    message = mail.message
    if message is None:
        return Moved("message", "", "what is no message", "inbox", "`tt doctor` tells more")
    what = f"{message.type}: {message.text}" if message.text else message.type
    if target is None and message.type not in WISHES:
        return Moved("message", str(message.id), what, "inbox", "it asks for no work; --to AGENT moves it")
    transaction.expect_element(key, mail.text)  # else somebody else has moved it
    transaction.delete_element(key, mail.text)
    if target is not None:
        transaction.push(message.evolve(to=target.value.id))
        if message.type not in UNTOLD:
            transaction.tell(moved_event(message, holder, target.value.name))
        return Moved("message", str(message.id), what, "agent")
    _make_task(site, transaction, wished(message, None))
    return Moved("message", str(message.id), what, "backlog")


def _make_task(site: Site, transaction: Transaction, task: Task) -> None:
    if site.ledger.get(task.id) is not None:
        return  # it was made already, before a crash
    transaction.create_task(task)
    transaction.add_to_backlog(task.id)
    transaction.tell(task_event("created", task))
