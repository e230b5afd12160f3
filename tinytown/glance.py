"""A look at a town that changes nothing: if its Redis does not run, it is not started."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tinytown import config as configuration
from tinytown.connection import Connection
from tinytown.errors import ConfigError, NoTownError, RedisUnreachableError, StoreError
from tinytown.town import Town, locate
from tinytown.towns import Known

PATIENCE = 1.0
"""Seconds that a Redis gets for each answer."""

Condition = Literal["running", "stopped", "unreachable", "gone", "broken"]


@dataclass(frozen=True, slots=True)
class Glance:
    """What was seen of a town.

    Args:
        path: Its folder.
        name: Its name.
        condition: `running` or `stopped` of its own Redis, `running` or `unreachable` of one elsewhere; `gone` if
            there is no town in the folder any more, `broken` if its configuration cannot be read.
        agents: How many agents are alive.
        tasks: How many tasks are in each state.
        trouble: Why nothing could be seen.
    """

    path: Path
    name: str
    condition: Condition
    agents: int = 0
    tasks: Mapping[str, int] = field(default_factory=dict)
    trouble: str = ""


@contextmanager
def glance(root: Path, patience: float = PATIENCE) -> Iterator[Town]:
    """The town, connected to its Redis as it is.

    Args:
        root: Its folder.
        patience: Seconds that Redis gets for each answer.

    Raises:
        NoTownError, ConfigError: There is no town, or its configuration cannot be read.
        StoreError: At the first command, if Redis does not answer.
    """
    config = configuration.load(root)
    address, server = locate(root, config)
    connection = Connection(address, patience=patience)
    try:
        yield Town(root, config, connection, server, started=False)
    finally:
        connection.close()


def look_at(known: Known) -> Glance:
    """What can be seen of a town without changing anything."""
    try:
        with glance(known.path) as town:
            return _seen(town)
    except NoTownError as error:
        return Glance(known.path, known.name, "gone", trouble=error.message)
    except ConfigError as error:
        return Glance(known.path, known.name, "broken", trouble=error.message)


def _seen(town: Town) -> Glance:
    try:
        agents = sum(alive for _, alive, _ in town.roster.shown())
        tasks = Counter(held.value.state.value for held in town.ledger.all().values())
    except RedisUnreachableError as error:
        condition: Condition = "unreachable" if town.server is None else "stopped"
        return Glance(town.root, town.name, condition, trouble=error.message if town.server is None else "")
    except StoreError as error:
        return Glance(town.root, town.name, "unreachable", trouble=error.message)
    return Glance(town.root, town.name, "running", agents, tasks)
