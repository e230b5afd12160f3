"""Gives a new task to an agent by hand, or to nobody: the backlog."""

from tinytown.agents import Agent
from tinytown.errors import UnlawfulMoveError
from tinytown.events import task_event
from tinytown.ids import CONDUCTOR_ID
from tinytown.messages import Message
from tinytown.record import Held
from tinytown.site import Site
from tinytown.states import AgentState
from tinytown.tasks import Task
from tinytown.transaction import Transaction


def hand_over(transaction: Transaction, held: Held[Task], agent: Agent) -> None:
    """Tells an agent of a task that has just become its own: the message and the event.

    The message carries the task as Redis holds it, so that the agent can start it without reading it first.

    Args:
        transaction: The one that assigns the task.
        held: The task, assigned.
        agent: Whose it is now.
    """
    task = held.value
    transaction.push(
        Message.new(
            "task_assign",
            sender=CONDUCTOR_ID,
            to=agent.id,
            priority=task.priority,
            task_id=task.id,
            attempt=task.attempt,
            task=held.text,
        )
    )
    transaction.tell(task_event("assigned", task, agent.name))


def assign(site: Site, agent: Agent, task: Task) -> Task:
    """Creates a task and puts it into an agent's inbox, in one transaction.

    Args:
        site: The town.
        agent: Who is to do it.
        task: A pending task that is not in Redis yet.

    Returns:
        The task, assigned.

    Raises:
        UnlawfulMoveError: The agent is draining, or the task is not pending.
        StaleError: The task exists already.
    """
    if agent.state is AgentState.DRAINING:
        raise UnlawfulMoveError(
            f'agent "{agent.name}" is draining and takes no more tasks', "Give it to another agent."
        )
    assigned = task.evolve(agent=agent.name).assign(agent.id)
    transaction = Transaction(site.keys)
    held = transaction.create_task(assigned)
    transaction.tell(task_event("created", assigned))
    hand_over(transaction, held, agent)
    transaction.commit(site.connection)
    return assigned
