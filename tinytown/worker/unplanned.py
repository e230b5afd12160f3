"""Tasks that were given to an agent by hand: nobody but the agent itself takes them up again."""

import logging

from tinytown.agents import Agent
from tinytown.assign import hand_over
from tinytown.errors import StaleError
from tinytown.site import Site
from tinytown.states import TaskState
from tinytown.transaction import Transaction

_log = logging.getLogger(__name__)


def resume_unplanned(site: Site, me: Agent) -> None:
    """Puts the tasks that were given to an agent by hand, and that nobody has now, into its inbox.

    Args:
        site: The town.
        me: The agent.
    """
    for held in site.ledger.all().values():
        task = held.value
        if task.state is TaskState.PENDING and task.plan_id is None and task.agent == me.name:
            transaction = Transaction(site.keys)
            hand_over(transaction, transaction.change_task(held, task.assign(me.id)), me)
            try:
                transaction.commit(site.connection)
            except StaleError:
                _log.info("%s was taken up by somebody else", task.label)
