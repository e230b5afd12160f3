"""The forecast of a town's work, from what its Redis holds."""

from collections.abc import Collection

from tinytown.clock import now
from tinytown.connection import Connection
from tinytown.forecast import Forecast
from tinytown.keys import META, PUSHING, Keys
from tinytown.roster import Roster
from tinytown.tasks import Task

WORKER = "worker"
"""The agent that `tt run` gives those tasks to that name nobody."""


def foresee(connection: Connection, keys: Keys, tasks: Collection[Task]) -> Forecast | None:
    """When the work will be done, as far as it goes on by itself.

    Args:
        connection: The town's Redis.
        keys: Its keys.
        tasks: All its tasks.

    Returns:
        The forecast; None if nothing goes on, or half a plan is there.

    Raises:
        StoreError: Redis cannot be reached, or holds something else.
    """
    from conductor.eta import forecast
    from conductor.policy import Policy

    pushing, meta = connection.run("HMGET", keys.plan, PUSHING, META)
    if pushing is not None:
        return None
    roster = Roster(connection, keys)
    agents = roster.all()
    alive = frozenset(roster.heartbeats(agents))
    crew = [held.value for held in agents.values() if held.value.receptive and held.value.id in alive]
    conducted = connection.run("EXISTS", keys.conductor) == 1
    # Who conducts does not tell whether tasks that name nobody go to the worker; where there is one, they do.
    worker = WORKER if any(agent.name == WORKER for agent in crew) else None
    return forecast(tasks, crew, Policy.read(meta), now(), unassigned_to=worker, conducted=conducted)
