"""Adds a task to tasks.toml, every byte that is there staying, and pushes it."""

from collections.abc import Mapping
from typing import Any

from planner.edit.add import add
from planner.edit.revision import document_of, revise
from planner.read import FILE, read_plan, require_plan
from planner.sync.push import Terms, push
from planner.sync.store import Store
from tinytown.errors import StaleError
from tinytown.replace import replace_file
from tinytown.tasks import Task
from tinytown.town import Town

_TRIES = 20


def add_to_plan(town: Town, values: Mapping[str, Any]) -> Task:
    """Adds a task to the town's plan and pushes just that one.

    Args:
        town: The town.
        values: What the task says, in the order in which it is to be written.

    Returns:
        The task in Redis.

    Raises:
        UsageError: The id is taken.
        PlanFindingsError: The plan would have new errors, or has some; nothing was pushed.
        SyncConflictError: File and Redis disagree; nothing was pushed.
        StaleError: The file changes faster than it can be written.
    """
    path = town.root / FILE
    for attempt in range(1, _TRIES + 1):
        before = read_plan(path, FILE)
        document, name = add(document_of(before), values)
        revise(before, document)
        try:
            replace_file(path, before.source.data, document.source.data)
        except StaleError:
            if attempt == _TRIES:
                raise
            continue
        break
    push(Store(town.connection, town.keys, town.name), require_plan(path, FILE), Terms(only=(name,)))
    return town.ledger.find(name).value
