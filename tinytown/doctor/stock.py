"""Everything that a town has in Redis, as it was read at one time. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from tinytown.agents import Agent
from tinytown.errors import StoreError
from tinytown.keys import Keys
from tinytown.record import Held, Record
from tinytown.tasks import Task

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Stock:
    """What was read.

    Args:
        keys: The town's keys.
        kinds: Each key's type.
        lives: In how many milliseconds each key expires; -1 for never.
        values: Each key's value: a text, a list of texts, or a mapping for a hash or sorted set. Streams are left
            out.
        cli: How redis-cli is called to look at it.
    """

    keys: Keys
    kinds: Mapping[str, str]
    lives: Mapping[str, int]
    values: Mapping[str, Any]
    cli: str = "redis-cli"

    @cached_property
    def tasks(self) -> Mapping[UUID, Held[Task]]:
        """The tasks that can be read, by the id in their key, whether they are in the index or not."""
        return self._records("task", Task)

    @cached_property
    def agents(self) -> Mapping[UUID, Held[Agent]]:
        """The agents that can be read, by the id in their key, whether they have a name or not."""
        return self._records("agent", Agent)

    @cached_property
    def unreadable(self) -> Mapping[str, str]:
        """The keys of records that cannot be read, each with what is wrong."""
        kinds: tuple[tuple[str, type[Record]], ...] = (("task", Task), ("agent", Agent))
        found: dict[str, str] = {}
        for name, kind in kinds:
            for key, text in self.texts(name).items():
                try:
                    kind.from_json(text)
                except StoreError as problem:
                    found[key] = problem.message.partition(": ")[2]
        return found

    def texts(self, name: str) -> Mapping[str, str]:
        """The strings under `tt:<town>:<name>:…`, by key."""
        start = f"{self.keys.prefix}{name}:"
        mine = ((key, value) for key, value in self.values.items() if key.startswith(start))
        return {key: value for key, value in mine if isinstance(value, str)}

    def lists(self, name: str) -> Mapping[UUID, list[str]]:
        """The lists under `tt:<town>:<name>:<uuid>`, by that id."""
        start = f"{self.keys.prefix}{name}:"
        found: dict[UUID, list[str]] = {}
        for key, value in self.values.items():
            ident = ident_of(key) if key.startswith(start) and isinstance(value, list) else None
            if ident is not None:
                found[ident] = value
        return found

    def members(self, key: str) -> list[str]:
        """What a set, a list or a sorted set holds; nothing if it is something else."""
        value = self.values.get(key)
        return list(value) if isinstance(value, list | dict) else []

    def fields(self, key: str) -> Mapping[str, str]:
        """What a hash holds; nothing if it is something else."""
        value = self.values.get(key)
        return value if isinstance(value, dict) and self.kinds.get(key) == "hash" else {}

    def _records(self, name: str, kind: type[R]) -> dict[UUID, Held[R]]:
        found: dict[UUID, Held[R]] = {}
        for key, text in self.texts(name).items():
            ident = ident_of(key)
            if ident is None:
                continue
            try:
                found[ident] = Held(kind.from_json(text), text)
            except StoreError:
                continue
        return found


def ident_of(text: str) -> UUID | None:
    """The id at the end of a key, or that a text is; None if there is none."""
    try:
        return UUID(text.rpartition(":")[2])
    except ValueError:
        return None
