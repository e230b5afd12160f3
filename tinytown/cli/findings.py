"""Shows what is wrong with tasks.toml before the command ends because of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from planner.plan import Plan
from planner.push import SyncConflictError
from planner.read import PlanFindingsError, Reading, read_plan
from planner.render import changes_text
from tinytown.cli.output import note


@contextmanager
def explained(file: str = "tasks.toml") -> Iterator[None]:
    """Prints the findings or conflicts that an error has with it on standard error, and lets it pass.

    Args:
        file: How conflicts call the file.
    """
    try:
        yield
    except PlanFindingsError as error:
        note(error.reading.text)
        raise
    except SyncConflictError as error:
        note(changes_text(error.changes, file))
        raise


def checked(path: Path) -> Plan:
    """The plan in a file; its warnings are shown on standard error.

    Raises:
        PlanFindingsError: It has errors; they were shown.
        TinytownError: It cannot be read.
    """
    with explained():
        reading = read_plan(path)
        if reading.plan is None:
            raise PlanFindingsError(reading)
    warn(reading)
    return reading.plan


def warn(reading: Reading) -> None:
    """Shows findings on standard error, if there are any."""
    if reading.findings:
        note(reading.text)
