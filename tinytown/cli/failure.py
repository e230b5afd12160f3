"""What went wrong, in one sentence and a remedy on standard error; and the exit status for it."""

import os
import sys
import traceback

import click

from tinytown.errors import TinytownError
from tinytown.escape import shown

DEBUG = "TINYTOWN_DEBUG"
"""Set to anything, it shows the traceback too."""


def report(error: Exception) -> int:
    """Tells an error on standard error. Returns the exit status.

    Args:
        error: Whatever ended a command.
    """
    if os.environ.get(DEBUG) and not isinstance(error, click.ClickException):
        traceback.print_exception(error)
    message, remedy, status = _sentence(error)
    complain(message, remedy)
    return status


def complain(message: str, remedy: str = "") -> None:
    """Writes `tt: <message>. <remedy>` on standard error.

    Args:
        message: One sentence; a missing full stop is added.
        remedy: What to do about it.
    """
    text = shown(message.strip().rstrip("."))
    line = f"tt: {text}. {shown(remedy)}" if remedy else f"tt: {text}."
    click.echo(line.rstrip(), file=sys.stderr)


def _sentence(error: Exception) -> tuple[str, str, int]:
    if isinstance(error, TinytownError):
        return error.message, error.remedy, error.exit_status
    if isinstance(error, click.ClickException):
        return _misuse(error)
    if isinstance(error, OSError):
        where = f"{os.fsdecode(error.filename)}: " if error.filename is not None else ""
        return (
            f"{where}{error.strerror or error}",
            "Check that the path is right, that you may read and write there, and that the disk has room.",
            1,
        )
    return (
        f"unexpected {type(error).__name__}: {error}",
        f"This is a bug in tt; {DEBUG}=1 shows where it is.",
        1,
    )


def _misuse(error: click.ClickException) -> tuple[str, str, int]:
    remedy = ""
    message = error.format_message()
    if isinstance(error, click.NoSuchOption) and error.possibilities:
        message = error.message
        remedy = f"Did you mean {' or '.join(error.possibilities)}? "
    if isinstance(error, click.UsageError) and error.ctx is not None:
        remedy += f"See: {error.ctx.command_path} --help"
    return message[:1].lower() + message[1:], remedy, error.exit_code
