"""Tasks of an agent's own, which are in no plan: made of messages, or given by hand."""

import logging

from tinytown.agents import Agent
from tinytown.assign import hand_over
from tinytown.channel import Delivery
from tinytown.definition import kept_back
from tinytown.errors import StaleError
from tinytown.events import read_event, task_event
from tinytown.site import Site
from tinytown.states import TaskState
from tinytown.tasks import Task
from tinytown.transaction import Transaction

_log = logging.getLogger(__name__)


def resume_unplanned(site: Site, me: Agent) -> None:
    """Puts the tasks that were given to an agent by hand, and that nobody has now, into its inbox.

    Those that wait for something are the conductor's.

    Args:
        site: The town.
        me: The agent.
    """
    everything = site.ledger.all()
    tasks = {key: held.value for key, held in everything.items()}
    for held in everything.values():
        task = held.value
        mine = task.state is TaskState.PENDING and task.plan_id is None and task.agent == me.name
        if mine and not kept_back(task, tasks):
            transaction = Transaction(site.keys)
            hand_over(transaction, transaction.change_task(held, task.assign(me.id)), me)
            try:
                transaction.commit(site.connection)
            except StaleError:
                _log.info("%s was taken up by somebody else", task.label)


def adopt(site: Site, me: Agent, taken: Delivery, task: Task) -> None:
    """Makes a task out of a message and puts it into the agent's own inbox.

    Args:
        site: The town.
        me: The agent.
        taken: The message; it is dealt with then.
        task: What was made of it, under the message's id.
    """
    transaction = Transaction(site.keys)
    held = transaction.create_task(task.assign(me.id))
    transaction.tell(task_event("created", held.value))
    if taken.message is not None:
        transaction.tell(read_event(taken.message, me.name, task))
    hand_over(transaction, held, me)
    transaction.acknowledge(taken.agent, taken.text)
    try:
        transaction.commit(site.connection)
    except StaleError:  # it was made already, before a crash
        Transaction(site.keys).acknowledge(taken.agent, taken.text).commit(site.connection)
