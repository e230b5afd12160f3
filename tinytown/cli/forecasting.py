"""The forecast of a town's work, from what its Redis holds."""

from collections.abc import Collection

from tinytown.agents import UNASSIGNED_TO
from tinytown.clock import now
from tinytown.connection import Connection
from tinytown.forecast import Forecast
from tinytown.incumbent import in_charge
from tinytown.keys import META, PAUSED, PUSHING, Keys
from tinytown.roster import Roster
from tinytown.tasks import Task


def foresee(connection: Connection, keys: Keys, tasks: Collection[Task]) -> Forecast | None:
    """When the work will be done, as far as it goes on by itself.

    Args:
        connection: The town's Redis.
        keys: Its keys.
        tasks: All its tasks.

    Returns:
        The forecast; None if nothing goes on, the town is paused, or half a plan is there.

    Raises:
        StoreError: Redis cannot be reached, or holds something else.
    """
    from conductor.eta import forecast
    from conductor.policy import Policy

    pushing, paused, meta = connection.run("HMGET", keys.plan, PUSHING, PAUSED, META)
    if pushing is not None or paused is not None:
        return None
    roster = Roster(connection, keys)
    agents = roster.all()
    alive = frozenset(roster.heartbeats(agents))
    crew = [held.value for held in agents.values() if held.value.receptive and held.value.id in alive]
    conducted = in_charge(connection, keys) is not None
    # Who conducts does not tell whether tasks that name nobody go to the worker; where there is one, they do.
    worker = UNASSIGNED_TO if any(agent.name == UNASSIGNED_TO for agent in crew) else None
    return forecast(tasks, crew, Policy.read(meta), now(), unassigned_to=worker, conducted=conducted)
