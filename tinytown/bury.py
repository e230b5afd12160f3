"""Takes the work out of an agent's hands, because it died or because it leaves.

Its tasks return to pending, its unread messages to its inbox; whoever is next finds them. A task that a dead
agent had finished, and could not report because Redis was away, is not run again: its result is on disk.
"""

from collections.abc import Iterable
from uuid import UUID

from tinytown.agents import Agent
from tinytown.channel import Channel, Delivery
from tinytown.connection import Connection
from tinytown.events import agent_event, task_event
from tinytown.hands import holds, let_go
from tinytown.outcome import write_outcome
from tinytown.record import Held
from tinytown.report import Report
from tinytown.states import AgentState, TaskState
from tinytown.tasks import Task
from tinytown.transaction import Transaction


def held_by(agent: UUID, tasks: Iterable[Held[Task]]) -> list[Held[Task]]:
    """Those of the tasks that an agent has in its inbox or in work."""
    return [held for held in tasks if holds(agent, held.value)]


def bury(
    transaction: Transaction,
    connection: Connection,
    held: Held[Agent],
    tasks: Iterable[Held[Task]],
    *,
    report: Report | None,
    state: AgentState = AgentState.ERROR,
) -> Held[Agent]:
    """Writes the end of a dead agent into a transaction, which the caller commits.

    Args:
        transaction: Where the changes go.
        connection: To read the agent's mail with.
        held: The agent as it was read.
        tasks: All tasks that might be its.
        report: What it had finished and could not report, if its disk is ours to read.
        state: `error` for one that died, `stopped` for one that had been told to.

    Returns:
        The agent as it will be held.
    """
    agent = held.value
    open_tasks: list[Held[Task]] = []
    for task in tasks:
        if report is not None and report.awaited(task.value, agent.id):
            write_outcome(transaction, task, report, agent)
        else:
            open_tasks.append(task)
    free(transaction, connection, agent, open_tasks, f"agent {agent.name} died", crashed=True)
    return end(transaction, held, state)


def end(transaction: Transaction, held: Held[Agent], state: AgentState) -> Held[Agent]:
    """Writes that an agent has no process any more."""
    after = held.value.end(state)
    transaction.tell(agent_event(after))
    transaction.delete(transaction.keys.alive(after.id))
    return transaction.change_agent(held, after)


def free(
    transaction: Transaction,
    connection: Connection,
    agent: Agent,
    tasks: Iterable[Held[Task]],
    reason: str,
    *,
    crashed: bool,
    begun_only: bool = False,
) -> None:
    """Writes the freeing of what an agent has in its hands.

    Args:
        transaction: Where the changes go.
        connection: To read the agent's mail with.
        agent: Whose hands.
        tasks: All tasks that might be its; only those that it holds are touched.
        reason: Why, for the journal.
        crashed: Whether it died rather than gave them up.
        begun_only: Whether tasks that it has not begun stay in its inbox, because it goes on.
    """
    mine = held_by(agent.id, tasks)
    freed = [held for held in mine if held.value.state is TaskState.RUNNING or not begun_only]
    for held in freed:
        _let_go(transaction, held, agent, reason, crashed=crashed)
    kept = {str(held.value.id) for held in mine if held not in freed}
    _sort_mail(transaction, connection, agent.id, {str(held.value.id) for held in freed}, kept)
    if not begun_only:
        _drop_shutdowns(transaction, connection, agent.id)


def hand_back(
    transaction: Transaction, connection: Connection, agent: Agent, tasks: Iterable[Held[Task]], reason: str
) -> None:
    """Writes that what an agent was sent by the conductor, and has not begun, goes back to pending.

    What it was given by hand stays in its inbox: nobody else may do it.

    Args:
        transaction: Where the changes go.
        connection: To read the agent's mail with.
        agent: Who was sent it.
        tasks: All tasks that might be its.
        reason: Why, for the journal.
    """
    unbegun = [held for held in held_by(agent.id, tasks) if held.value.state is TaskState.ASSIGNED]
    back = {str(held.value.id): held for held in unbegun if held.value.plan_id is not None}
    for held in back.values():
        _let_go(transaction, held, agent, reason, crashed=False)
    for waiting in Channel(connection, transaction.keys).waiting(agent.id) if back else ():
        if _assigned(waiting) in back:
            transaction.drop_message(agent.id, waiting.text)


def _let_go(transaction: Transaction, held: Held[Task], agent: Agent, reason: str, *, crashed: bool) -> None:
    after, what = let_go(held.value, crashed=crashed)
    transaction.change_task(held, after)
    transaction.tell(task_event(what, after, agent.name, reason=reason))


def _sort_mail(
    transaction: Transaction, connection: Connection, agent: UUID, freed: set[str], kept: set[str]
) -> None:
    """Drops the assignments that no longer hold, and gives back what was taken and not acknowledged."""
    channel = Channel(connection, transaction.keys)
    for taken in reversed(channel.taken(agent)):
        task = _assigned(taken)
        if task is not None and task not in kept:
            transaction.acknowledge(agent, taken.text)
        else:
            transaction.give_back(agent, taken.text, taken.rank)
    for waiting in channel.waiting(agent) if freed else ():
        if _assigned(waiting) in freed:
            transaction.drop_message(agent, waiting.text)


def _drop_shutdowns(transaction: Transaction, connection: Connection, agent: UUID) -> None:
    """Drops the unread wishes that an agent that leaves should leave: they would stop its next process at once."""
    for waiting in Channel(connection, transaction.keys).waiting(agent):
        if waiting.message is not None and waiting.message.type == "shutdown":
            transaction.drop_message(agent, waiting.text)


def _assigned(mail: Delivery) -> str | None:
    """The task that a message assigns, if it is an assignment."""
    if mail.message is None or mail.message.type != "task_assign":
        return None
    return str(mail.message.get("task_id"))
