"""Makes a new task by hand: for an agent, for a role, or for whoever claims it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tinytown.agents import Agent
from tinytown.assign import hand_over
from tinytown.definition import check_definition, check_ties, kept_back
from tinytown.errors import StaleError, UnknownAgentError, UnlawfulMoveError
from tinytown.events import task_event
from tinytown.record import Held
from tinytown.site import Site
from tinytown.states import AgentState, TaskState
from tinytown.tasks import Task
from tinytown.tie import tie
from tinytown.transaction import Transaction

_TRIES = 10


@dataclass(frozen=True, slots=True)
class Created:
    """A new task, and what it waits for, in words.

    Args:
        task: The task.
        waits: Its prerequisites that are missing; with none, and nobody named, it is in the backlog.
    """

    task: Task
    waits: tuple[str, ...]


def create(
    site: Site, new: Task, doer: UUID | None = None, parent: str | None = None, needs: Sequence[str] = ()
) -> Created:
    """Creates a task. If it waits for nothing, it goes to its agent or into the backlog at once.

    Args:
        site: The town.
        new: A pending task that is not in Redis yet.
        doer: The agent that is to do it.
        parent: The task that it is a part of, as a person calls it.
        needs: The tasks that it waits for, likewise.

    Raises:
        UsageError: It says what no task may say.
        UnknownTaskError, AmbiguousError: It is not clear which task is meant.
        UnlawfulMoveError: The agent is draining.
        StaleError: What it waits for changes all the time.
    """
    for _ in range(_TRIES):
        agent = None if doer is None else _taker(site, doer)
        task = new if agent is None else new.evolve(agent=agent.name)
        everything = site.ledger.all() if parent is not None or needs else {}
        fields = tie(everything, parent, needs)
        task = task.evolve(**fields)
        tasks = {key: held.value for key, held in everything.items()}
        check_definition(task)
        judged_by = check_ties(task, tasks)
        waits = kept_back(task, tasks)
        transaction = Transaction(site.keys)
        for key in judged_by:
            transaction.expect(site.keys.task(key), everything[key].text)
        after = _write(transaction, task, agent, waits)
        try:
            transaction.commit(site.connection)
        except StaleError:
            continue
        return Created(after, tuple(waits))
    raise StaleError(site.keys.tasks)


def _taker(site: Site, agent: UUID) -> Agent:
    held = site.roster.get(agent)
    if held is None:
        raise UnknownAgentError(f"agent {agent} is gone", "`tt list` shows who is there.")
    if held.value.state is AgentState.DRAINING:
        raise UnlawfulMoveError(
            f'agent "{held.value.name}" is draining and takes no more tasks', "Give it to another agent."
        )
    return held.value


def _write(transaction: Transaction, task: Task, agent: Agent | None, waits: Sequence[str]) -> Task:
    after = task.assign(agent.id) if agent is not None and not waits else task
    held: Held[Task] = transaction.create_task(after)
    transaction.tell(task_event("created", after))
    if after.state is TaskState.ASSIGNED and agent is not None:
        hand_over(transaction, held, agent)
    elif after.unassigned and not waits:
        transaction.add_to_backlog(after.id)
    return after
