"""How a person agrees to what cannot be undone: by an option, or at the terminal; else not at all."""

import sys

import click

from tinytown.errors import UsageError


def agree(what: str, remedy: str, *, said: bool) -> None:
    """Asks at the terminal, unless it was agreed to already.

    Args:
        what: What happens then, as a sentence without its full stop.
        remedy: How to agree without a terminal.
        said: Whether it was agreed to already.

    Raises:
        UsageError: Nobody is there to be asked.
    """
    if said:
        return
    if not sys.stdin.isatty():
        raise UsageError(what, remedy)
    click.confirm(f"{what[:1].upper()}{what[1:]}. Do it?", abort=True, err=True)
