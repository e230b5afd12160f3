"""The keys of other programs: what each holds, and whether it lies under this town's prefix or under none. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

_GLOB = re.compile(r"([*?\[\]\\])")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Kind(StrEnum):
    """What a key holds."""

    TASK = "task"
    AGENT = "agent"
    INBOX = "inbox"
    URGENT = "urgent"
    """Messages that go before the inbox, the newest first."""
    ACTIVITY = "activity"
    """Lines of free text, the newest first."""
    STOP = "stop"
    """A flag that expires: the agent is to stop."""
    BACKLOG = "backlog"
    EVENTS = "events"
    OTHER = "other"
    """Of another program, with no counterpart here."""


TYPES = {
    Kind.INBOX: ("list",),
    Kind.URGENT: ("list",),
    Kind.ACTIVITY: ("list",),
    Kind.BACKLOG: ("list",),
    Kind.STOP: ("string",),
    Kind.TASK: ("string", "hash"),
    Kind.AGENT: ("string", "hash"),
    Kind.EVENTS: ("stream",),
}
"""The types of Redis that each kind may have."""

LONGEST = 20_000
"""A longer journal would keep Redis busy for too long; the other program kept about a thousand entries."""

_WITH_ID = frozenset({Kind.TASK, Kind.AGENT, Kind.INBOX, Kind.URGENT, Kind.ACTIVITY, Kind.STOP})
_OURS = frozenset({"processing", "alive", "tasks", "agents", "delayed", "plan", "conductor", "broadcast"})


@dataclass(frozen=True, slots=True)
class Place:
    """What a key is.

    Args:
        key: The key.
        kind: What it holds.
        ident: Whose it is: a task's or an agent's id, in lower case; empty if the key belongs to nobody.
        shared: Whether it lies under no town's prefix.
        flaw: Why it cannot be what its name says, if so.
    """

    key: str
    kind: Kind
    ident: str = ""
    shared: bool = False
    flaw: str = ""

    @property
    def id(self) -> UUID:
        return UUID(self.ident)


def patterns(prefix: str) -> tuple[str, ...]:
    """The patterns for SCAN that find every key that may be meant.

    Args:
        prefix: The town's own, such as `tt:demo:`.
    """
    shared = (f"tt:{kind}:*" for kind in sorted(_WITH_ID))
    return (f"{literal(prefix)}*", *shared, f"tt:{Kind.BACKLOG}")


def literal(text: str) -> str:
    """A text as a pattern that means just itself."""
    return _GLOB.sub(r"\\\1", text)


def place(key: str, prefix: str) -> Place | None:
    """What a key is; None if it is none of ours to look at, or is as it should be by its name alone.

    Of the keys without a town only those with an id count: `tt:task:plan` belongs to a town called `task`.

    Args:
        key: A key that one of the patterns has found.
        prefix: The town's own.
    """
    if key.startswith(prefix):
        return _own(key, key.removeprefix(prefix))
    if key == f"tt:{Kind.BACKLOG}":
        return Place(key, Kind.BACKLOG, shared=True)
    kind, _, ident = key.removeprefix("tt:").partition(":")
    if kind in _WITH_ID and _UUID.fullmatch(ident):
        return Place(key, Kind(kind), ident.lower(), shared=True)
    return None


def _own(key: str, rest: str) -> Place | None:
    kind, _, ident = rest.partition(":")
    if not ident:
        if kind in (Kind.BACKLOG, Kind.EVENTS):
            return Place(key, Kind(kind))
        return None if kind in _OURS else Place(key, Kind.OTHER)
    if kind in _OURS:
        return None
    if kind not in _WITH_ID:
        return Place(key, Kind.OTHER)
    flaw = "" if _UUID.fullmatch(ident) else f"{clip(ident)} is no id"
    return Place(key, Kind(kind), ident.lower(), flaw=flaw)


def clip(text: str) -> str:
    """A text as it is quoted in a reason."""
    return f'"{text[:40]}"'
