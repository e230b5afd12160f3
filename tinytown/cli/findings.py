"""Shows what is wrong with tasks.toml before the command ends because of it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from planner.diagnostics.text import rendered
from planner.plan import Plan
from planner.read import PlanFindingsError, Reading, read_plan
from planner.sync.refusals import SyncConflictError, UnconfirmedError
from planner.sync.told import changes_text
from tinytown.cli.ink import ink_for
from tinytown.cli.output import note, say_json
from tinytown.cli.plan_file import plan_name


@contextmanager
def explained(file: str = "tasks.toml", *, as_json: bool = False) -> Iterator[None]:
    """Prints the findings or conflicts that an error has with it on standard error, and lets it pass.

    Args:
        file: How conflicts call the file.
        as_json: Whether to print what a refused sync would have done as JSON on standard output too.
    """
    try:
        yield
    except PlanFindingsError as error:
        show(error.reading)
        raise
    except (SyncConflictError, UnconfirmedError) as error:
        note(changes_text(error.changes, file))
        if as_json:
            say_json(error.changes.as_dict())
        raise


def checked(path: Path) -> Plan:
    """The plan in a file; its warnings are shown on standard error.

    Raises:
        PlanFindingsError: It has errors; they were shown.
        TinytownError: It cannot be read.
    """
    with explained():
        reading = read_plan(path, plan_name(path))
        if reading.plan is None:
            raise PlanFindingsError(reading)
    warn(reading)
    return reading.plan


def warn(reading: Reading) -> None:
    """Shows findings on standard error, if there are any."""
    if reading.findings:
        show(reading)


def show(reading: Reading) -> None:
    """Shows findings on standard error."""
    note(rendered(reading.findings, reading.source, ink_for(sys.stderr)))
