"""What a check finds, and the one safe way to put it right, if there is one. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tinytown.transaction import Transaction


class Severity(StrEnum):
    """How bad it is: something is wrong, or something is worth knowing."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Fix:
    """How a finding is put right.

    `said` tells in words what was done. What concerns the store is written into a transaction, with the
    expectation that all is still as it was seen; the rest is done by `act`.
    """

    said: str
    write: Callable[[Transaction], object] | None = None
    act: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or worth knowing.

    `place` is a key, a file or a setting; `remedy` what to do; `done` what was done about it. Two findings are
    equal if they say the same.
    """

    severity: Severity
    place: str
    message: str
    remedy: str
    fix: Fix | None = field(default=None, compare=False)
    done: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The finding as a document."""
        return {
            "severity": self.severity.value,
            "place": self.place,
            "message": self.message,
            "remedy": self.remedy,
            "fixable": self.fix is not None,
            "done": self.done or None,
        }


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the town that was looked at. `note` says what was seen there; `skipped`, why nothing was."""

    name: str
    findings: tuple[Finding, ...] = ()
    note: str = ""
    skipped: str = ""

    @property
    def open(self) -> tuple[Finding, ...]:
        """What nothing was done about."""
        return tuple(one for one in self.findings if not one.done)

    def as_dict(self) -> dict[str, Any]:
        """The area as a document."""
        return {
            "name": self.name,
            "note": self.note,
            "skipped": self.skipped or None,
            "findings": [one.as_dict() for one in self.findings],
        }


def error(place: str, message: str, remedy: str, fix: Fix | None = None) -> Finding:
    """Something is wrong."""
    return Finding(Severity.ERROR, place, message, remedy, fix)


def warning(place: str, message: str, remedy: str, fix: Fix | None = None) -> Finding:
    """Something is worth knowing."""
    return Finding(Severity.WARNING, place, message, remedy, fix)
