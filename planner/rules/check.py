"""What a plan must keep to. Every rule looks at the whole file and returns all that it finds.

The rules read the values as they are written, not the checked form, so that one wrong type does not hide
an unknown parent elsewhere.
"""

from collections.abc import Callable, Iterator

from planner.diagnostics.finding import Finding, ordered
from planner.document import Document
from planner.rules.durations import durations
from planner.rules.identity import ids, renames
from planner.rules.limits import limits
from planner.rules.names import names, strangers
from planner.rules.prospects import prospects
from planner.rules.secrets import secrets
from planner.rules.statuses import statuses
from planner.rules.texts import texts
from planner.rules.ties import circles, ties
from planner.rules.violations import violations
from planner.rules.written import Outline, written
from planner.schema import CheckedFile

_RULES: tuple[Callable[[Outline], Iterator[Finding]], ...] = (
    texts,
    ids,
    renames,
    names,
    strangers,
    ties,
    circles,
    statuses,
    durations,
    limits,
    prospects,
    secrets,
)


def check(document: Document) -> tuple[CheckedFile | None, tuple[Finding, ...]]:
    """Holds a document against every rule.

    Returns:
        The file if it holds no error (there may be warnings), and all findings by place.
    """
    file, findings = violations(document)
    outline = Outline(document, tuple(written(document)))
    for rule in _RULES:
        findings += rule(outline)
    fine = file is not None and not any(found.severity == "error" for found in findings)
    return (CheckedFile(file) if file and fine else None), ordered(findings)
