"""Tells the journal of a command that puts out nothing: a warning, for it may be slow or may hang."""

import logging

from tinytown.agents import Agent
from tinytown.clock import now, spell
from tinytown.connection import Connection
from tinytown.errors import StoreError
from tinytown.events import task_event
from tinytown.keys import Keys
from tinytown.states import TaskState
from tinytown.tasks import Task
from tinytown.transaction import Transaction

_log = logging.getLogger(__name__)


def tell_stall(keys: Keys, connection: Connection, me: Agent, task: Task, silent: float) -> bool:
    """Tells of a silence as `task.stalled`, provided that the attempt is still live.

    Args:
        keys: The town's keys.
        connection: One that does not wait for long: a command is running.
        me: Who makes the attempt.
        task: The task as it was started.
        silent: Seconds without output.

    Returns:
        Whether that is done with: told, or not to be told because the attempt is no longer live. False if it could
        not be written now.
    """
    key = keys.task(task.id)
    try:
        text = connection.run("GET", key)
        current = None if text is None else Task.from_json(text)
        mine = (TaskState.RUNNING, task.attempt, me.id)
        if current is None or (current.state, current.attempt, current.assigned_to) != mine:
            return True
        _log.warning("%s: no output for %s", task.label, spell(silent))
        transaction = Transaction(keys).expect(key, text)
        transaction.tell(task_event("stalled", current, me.name, now(), silent=f"{silent:.0f}"))
        transaction.commit(connection)
    except StoreError:
        return False
    return True
