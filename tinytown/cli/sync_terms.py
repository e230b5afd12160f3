"""What the sync commands have in common: the terms of a push, and the other direction."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from tinytown.cli.output import note

C = TypeVar("C", bound=Callable[..., Any])

only_option = click.option("--only", multiple=True, metavar="ID", help="Only this task; may be said again.")
dry_option = click.option("--dry-run", is_flag=True, help="Show what would be done, and do nothing.")


def terms_options(function: C) -> C:
    """Accepts the terms of a push as `force`, `only`, `prune` and `cancel_running`."""
    for option in (
        click.option("--cancel-running", is_flag=True, help="With --prune: those too that an agent has in hand."),
        click.option("--prune", is_flag=True, help="Delete tasks that have left the file though they have run."),
        click.option("--force", is_flag=True, help="The file wins conflicts, and may move tasks under way."),
        only_option,
    ):
        function = option(function)
    return function


def report_other_way(number: int, remedy: str) -> None:
    """Says on standard error that there are changes in the other direction too, if there are."""
    if number:
        note(f"{number} change{'s' * (number != 1)} the other way: {remedy}")
