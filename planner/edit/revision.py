"""Holds an edited plan against the rules before anybody writes it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from planner.diagnostics.codes import Severity
from planner.diagnostics.finding import Finding
from planner.document import Document
from planner.read import PlanFindingsError, Reading, read_plan


class WorseError(PlanFindingsError):
    """The plan would have errors that it does not have now.

    Args:
        reading: The plan as it would be, with only those errors.
    """

    def __init__(self, reading: Reading) -> None:
        super().__init__(reading)
        count = len(reading.findings)
        noun = "an error" if count == 1 else f"{count} errors"
        self.message = f"{reading.source.name} would have {noun}"
        self.remedy = "Nothing was written."
        self.args = (self.message,)


def document_of(reading: Reading) -> Document:
    """What was read, to be edited.

    Raises:
        PlanFindingsError: It is no good TOML.
    """
    if reading.document is None:
        raise PlanFindingsError(reading)
    return reading.document


def revise(before: Reading, document: Document, renamed: tuple[str, str] | None = None) -> Reading:
    """Reads an edited plan. Errors that the plan has already are no obstacle: an edit may be there to mend it.

    Args:
        before: The plan as it was read.
        document: The plan as it is to be.
        renamed: The old and the new id of a task that was renamed.

    Returns:
        The reading, with only those findings that are new: warnings.

    Raises:
        WorseError: It would have new errors.
    """
    after = read_plan(document.source.data, document.source.name)
    known = Counter(_key(found, renamed) for found in before.findings)
    fresh: list[Finding] = []
    for found in after.findings:
        key = _key(found)
        if known[key]:
            known[key] -= 1
        else:
            fresh.append(found)
    errors = tuple(found for found in fresh if found.severity is Severity.ERROR)
    if errors:
        raise WorseError(replace(after, findings=errors))
    return replace(after, findings=tuple(fresh))


def consequences(before: Reading, after: Reading) -> Iterator[str]:
    """What an edit means beyond what was asked for: tasks that became groups, and groups that became tasks."""
    if before.plan is None or after.plan is None:
        return
    for entry in after.plan.entries:
        old = before.plan.by_id.get(entry.id)
        if old is None or old.group == entry.group:
            continue
        if entry.group:
            yield f'"{entry.id}" is a group now: nobody is sent it, and it ends when its members have'
        else:
            who = f'"{entry.agent}" is to do it' if entry.agent else "nobody is named for it"
            yield f'"{entry.id}" is no group any more, but a task: {who}'


def _key(found: Finding, renamed: tuple[str, str] | None = None) -> tuple[str, str]:
    if renamed is None:
        return found.code, found.message
    old, new = renamed
    return found.code, found.message.replace(f'"{old}"', f'"{new}"')
