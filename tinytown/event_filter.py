"""Which events of the journal are wanted, and since when. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from tinytown.clock import seconds
from tinytown.errors import UsageError
from tinytown.events import Event

_ID = re.compile(r"\d+(-\d+)?")
_MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class EventFilter:
    """A choice of events: of each kind that is given any one must fit, and of all kinds together each.

    Args:
        agents: Names of agents.
        tasks: Full ids of tasks.
        types: Patterns of types, such as `task.completed` or `task.*`.
    """

    agents: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    @property
    def narrow(self) -> bool:
        """Whether anything is left out."""
        return bool(self.agents or self.tasks or self.types)

    def wants(self, event: Event) -> bool:
        """Whether an event fits."""
        return (
            (not self.agents or event.agent in self.agents)
            and (not self.tasks or event.task in self.tasks)
            and (not self.types or any(fnmatchcase(event.type, pattern) for pattern in self.types))
        )


def id_before(since: str, now: datetime) -> str:
    """The id of the stream after which the wanted events come.

    The ids that Redis gives begin with the milliseconds since 1970 by its clock.

    Args:
        since: A duration before now (`10m`), a moment of RFC 3339, or the id of an event, which is not repeated.
        now: The present moment by the clock of Redis.

    Raises:
        UsageError: It is none of these.
    """
    text = since.strip()
    if _ID.fullmatch(text):
        return text if "-" in text else f"{text}-0"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None:
        try:
            before = now.timestamp() - seconds(text)
        except UsageError:
            raise UsageError(
                f'"{since}" is no time', "Write a duration (10m), a moment (2026-01-31T12:00:00Z) or an event's id."
            ) from None
    else:
        before = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    # All of that millisecond is wanted; nothing can be before the beginning.
    return f"{max(int(before * _MILLISECONDS) - 1, 0)}-{2**64 - 1 if before > 0 else 0}"
