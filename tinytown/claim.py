"""Takes tasks out of the backlog and gives them to an agent."""

from collections.abc import Iterator
from uuid import UUID

from tinytown.agents import Agent
from tinytown.assign import hand_over
from tinytown.errors import StaleError, UnlawfulMoveError
from tinytown.record import Held
from tinytown.site import Site
from tinytown.states import TaskState
from tinytown.tasks import Task
from tinytown.transaction import Transaction

_TRIES = 20
"""An agent that is at work changes often, and each change is looked at."""


def claim(site: Site, reference: str, agent: str) -> Task:
    """Gives one task of the backlog to an agent.

    Args:
        site: The town.
        reference: The task, as a person calls it.
        agent: The agent, likewise.

    Returns:
        The task, assigned.

    Raises:
        UnknownTaskError, AmbiguousError, UnknownAgentError: It is not clear who or what is meant.
        UnlawfulMoveError: The task is not in the backlog, or the agent takes no tasks.
        StaleError: Both change all the time.
    """
    for _ in range(_TRIES):
        doer = site.roster.find(agent)
        held = site.ledger.find(reference)
        if not _waits(site, held):
            task = held.value
            raise UnlawfulMoveError(
                f'task "{task.label}" is not in the backlog; it is {task.state}', "tt backlog list shows what is."
            )
        taken = take(site, doer, held)
        if taken is not None:
            return taken
    raise StaleError(site.keys.task(held.value.id))


def claim_all(site: Site, agent: str) -> Iterator[Task]:
    """Gives everything that lies in the backlog to an agent, one task after the other.

    What others take in the meantime is theirs. What comes into the backlog later stays there.

    Args:
        site: The town.
        agent: The agent, as a person calls it.

    Yields:
        Each task once it is assigned.

    Raises:
        UnknownAgentError: It is not clear who is meant.
        UnlawfulMoveError: The agent takes no tasks, or no more.
        StaleError: A task and the agent change all the time.
    """
    check_takes(site, site.roster.find(agent).value)
    for task in site.ledger.backlog():
        taken = _claimed(site, task, agent)
        if taken is not None:
            yield taken


def check_takes(site: Site, agent: Agent) -> None:
    """Checks that an agent lives and takes tasks.

    Raises:
        UnlawfulMoveError: It does not.
    """
    dead = agent.receptive and not site.connection.run("EXISTS", site.keys.alive(agent.id))
    if dead or not agent.receptive:
        raise UnlawfulMoveError(
            f'agent "{agent.name}" is {"dead" if dead else agent.state} and takes no tasks',
            "Give it to another agent; tt list shows them.",
        )


def _claimed(site: Site, task: UUID, agent: str) -> Task | None:
    """The task, assigned; None if it is no longer to be had."""
    for _ in range(_TRIES):
        doer = site.roster.find(agent)
        held = site.ledger.get(task)
        if held is None or not _waits(site, held):
            return None
        taken = take(site, doer, held)
        if taken is not None:
            return taken
    raise StaleError(site.keys.task(task))


def _waits(site: Site, held: Held[Task]) -> bool:
    """Whether a task waits in the backlog for somebody to claim it."""
    position = site.connection.run("LPOS", site.keys.backlog, str(held.value.id))
    return position is not None and held.value.state is TaskState.PENDING


def take(site: Site, doer: Held[Agent], held: Held[Task]) -> Task | None:
    """Gives a pending task to an agent.

    Args:
        site: The town.
        doer: The agent.
        held: The task.

    Returns:
        The task, assigned; None if the task or the agent has changed.

    Raises:
        UnlawfulMoveError: The agent takes no tasks.
    """
    agent, task = doer.value, held.value
    check_takes(site, agent)
    # The definition of a planned task is the file's; any other that names nobody names its agent from now on.
    named = task.evolve(agent=agent.name) if task.plan_id is None and task.unassigned else task
    transaction = Transaction(site.keys)
    transaction.expect(site.keys.agent(agent.id), doer.text)
    claimed = transaction.change_task(held, named.assign(agent.id))
    transaction.drop_from_backlog(task.id)
    hand_over(transaction, claimed, agent)
    try:
        transaction.commit(site.connection)
    except StaleError:
        return None
    return claimed.value
