"""What was found in a source: tasks to be, and what has no place in a plan."""

from dataclasses import dataclass
from typing import Any

from planner.schema import TaskTable
from tinytown.errors import TinytownError


class ImportRefusedError(TinytownError):
    """No plan can be made of a source."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that could not be carried over.

    Args:
        where: The place in the source, such as `ci.yml:12`.
        what: What it was.
        why: Why it could not, and what was done instead.
    """

    where: str
    what: str
    why: str

    def as_dict(self) -> dict[str, str]:
        """The loss for JSON."""
        return {"where": self.where, "what": self.what, "why": self.why}


@dataclass(frozen=True, slots=True)
class Draft:
    """A task to be. Its ties may still lead nowhere, or in a circle.

    `where` is its place in the source; the rest are the keys of tasks.toml.
    """

    id: str
    where: str
    description: str
    agent: str | None = None
    role: str | None = None
    parent: str | None = None
    needs: tuple[str, ...] = ()
    run: str | None = None
    when: str | None = None
    status: str | None = None
    tags: tuple[str, ...] = ()
    priority: str | None = None
    timeout: str | None = None
    estimate: str | None = None
    approval: bool = False

    def said(self) -> dict[str, Any]:
        """The keys that say something, as plain values."""
        pairs = ((key, getattr(self, key, None)) for key in TaskTable.model_fields)
        return {key: list(value) if isinstance(value, tuple) else value for key, value in pairs if value}


@dataclass(frozen=True, slots=True)
class Found:
    """All that was found in a source.

    Args:
        drafts: The tasks, in the order of the source.
        losses: What could not be carried over, in the order of the source.
        description: Of the whole, if the source has one.
    """

    drafts: tuple[Draft, ...]
    losses: tuple[Loss, ...] = ()
    description: str | None = None
