"""Runs one command of `tt` from the words of the shell to the exit status."""

import os
import sys
from io import TextIOWrapper

import click

from tinytown.cli.commands import tt
from tinytown.cli.failure import report

INTERRUPTED = 130
COMPLETING = "_TT_COMPLETE"
"""Where a shell says that it wants completions."""


def run_command() -> int:
    """Runs `tt` with this process's arguments. Returns the exit status; never lets a traceback out."""
    _open_closed_output()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without UTF-8 costs a letter, not a run
    try:
        result = tt.main(prog_name="tt", standalone_mode=False)
        sys.stdout.flush()
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return 1
    except Exception as error:  # noqa: BLE001  the last door: whatever comes is told in one sentence
        if COMPLETING in os.environ:
            return 1  # a shell in the midst of a line is no place for errors
        status = report(error)
        _drop_output()
        return status
    return result if isinstance(result, int) else 0


def _drop_output() -> None:
    """What is still buffered goes nowhere: Python would try to write it once more at its end, and complain."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_closed_output() -> None:
    """A caller may have closed our output (`tt status >&-`); then it goes nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))
