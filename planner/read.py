"""Reads tasks.toml: bytes in, a plan or findings out."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from planner.diagnostics.finding import Finding
from planner.diagnostics.text import rendered
from planner.document import Document, parse
from planner.plan import Plan, resolve
from planner.rules.check import check
from planner.rules.syntax.broken import broken
from planner.source import Source
from planner.uncollected import uncollected
from tinytown.errors import InvalidPlanError, TinytownError

FILE = "tasks.toml"
LARGEST = 32 * 1024 * 1024
"""So many bytes may a plan have; one of 100 000 tasks has half of that."""


class PlanFindingsError(InvalidPlanError):
    """tasks.toml has errors.

    Args:
        reading: The reading, with all that was found.
    """

    def __init__(self, reading: "Reading") -> None:
        count = sum(found.severity == "error" for found in reading.findings)
        noun = "error" if count == 1 else "errors"
        super().__init__(f"{reading.source.name} has {count} {noun}", "Correct it; `tt plan check` looks again.")
        self.reading = reading
        self.findings = reading.findings


@dataclass(frozen=True)
class Reading:
    """What came of reading a file.

    Args:
        source: The bytes.
        document: The values and places, unless the syntax is wrong.
        plan: What they mean, unless there are errors.
        findings: All errors and warnings, by place.
    """

    source: Source
    document: Document | None
    plan: Plan | None
    findings: tuple[Finding, ...]

    @property
    def text(self) -> str:
        """The findings as text for people; empty if there are none."""
        return rendered(self.findings, self.source)


@uncollected()
def read_plan(what: Path | bytes, name: str | None = None) -> Reading:
    """Reads a plan and checks it.

    Args:
        what: The file, or its bytes.
        name: How messages call it; the path as given, if absent.

    Raises:
        TinytownError: The file cannot be read at all, or is too large.
    """
    data = what if isinstance(what, bytes) else read_bytes(what)
    if len(data) > LARGEST:
        raise _too_large(name or FILE)
    source = Source(name or (FILE if isinstance(what, bytes) else str(what)), data)
    document = parse(source)
    if isinstance(document, Finding):
        return Reading(source, None, None, broken(source, document))
    return interpret(document)


@uncollected()
def interpret(document: Document) -> Reading:
    """Checks a document, and works out what it means."""
    file, findings = check(document)
    return Reading(document.source, document, resolve(file, document) if file else None, findings)


def require_plan(what: Path | bytes, name: str | None = None) -> Plan:
    """Reads a plan that must be free of errors.

    Raises:
        PlanFindingsError: It has errors; they are attached.
        TinytownError: The file cannot be read at all.
    """
    reading = read_plan(what, name)
    if reading.plan is None:
        raise PlanFindingsError(reading)
    return reading.plan


def read_bytes(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        TinytownError: It is missing, a folder, too large, or not readable.
    """
    try:
        # A pipe would block for ever, a device never end.
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) and not _stream(path):
                raise TinytownError(f"{path} is not a file", "Give the path of a tasks.toml.")
            data = b"" if status.st_size > LARGEST else file.read(LARGEST + 1)
            if max(status.st_size, len(data)) > LARGEST:
                raise _too_large(str(path))
            return data
    except FileNotFoundError:
        remedy = "Write a first one: tt plan --init" if path.name == FILE else f"Give the path of a {FILE}."
        raise TinytownError(f"there is no {path}", remedy) from None
    except IsADirectoryError:
        remedy = f"Give the path of a file, such as {path / FILE}."
        if path.name == FILE:
            remedy = "It is to be a file: move the folder away."
        raise TinytownError(f"{path} is a folder", remedy) from None
    except OSError as error:
        raise TinytownError(f"cannot read {path}: {error.strerror}", "Make it readable.") from None


def _too_large(name: str) -> TinytownError:
    return TinytownError(
        f"{name} is larger than {LARGEST // 2**20} MB, which is too large for a plan",
        "Is it the right file? If so, make several plans of it.",
    )


def _stream(path: Path) -> bool:
    """Whether it is something like `<(…)` of a shell, which ends by itself."""
    return path.is_fifo()
