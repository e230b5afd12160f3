"""The rule on durations: they can be read, are above zero and end within a life."""

from collections.abc import Iterator

from planner.diagnostics.finding import Finding
from planner.document import Path
from planner.rules.violations import named
from planner.rules.written import Outline
from tinytown.durations import wrong

DURATIONS = ("timeout", "retry_delay", "estimate")
"""The keys of a task that hold durations."""

IDLE = "idle_timeout"
"""The key of an agent that holds one."""

LEAST_IDLE = 1.0
"""An agent must have so many seconds to be given something, or it would be started again and again in vain."""


def durations(outline: Outline) -> Iterator[Finding]:
    """Each duration can be read (TT011)."""
    for task in outline.tasks:
        for key in DURATIONS:
            if key in task.values:
                yield from _duration(outline, task.path(key), task.values[key])
    for name, member in outline.table("agents").items():
        if isinstance(member, dict) and IDLE in member:
            yield from _duration(outline, ("agents", name, IDLE), member[IDLE], least=LEAST_IDLE)


def _duration(outline: Outline, path: Path, text: object, least: float = 0.0) -> Iterator[Finding]:
    label = wrong(text, least) if isinstance(text, str) else ""
    if label:
        message = f'{named(outline.document, path)} has the {path[-1]} "{text}"'
        remedy = f"write a duration {_above(least)} like 30s, 20m or 1h30m"
        yield outline.finding("TT011", path, message, help=remedy, label=label)


def _above(least: float) -> str:
    return f"of {least:g}s or more" if least else "above zero"
