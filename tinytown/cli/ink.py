"""The colours of findings."""

import os
from collections.abc import Mapping
from typing import Any, TextIO

import click

from planner.diagnostics.text import Ink, Paint, unpainted

_STYLES: Mapping[Ink, Mapping[str, Any]] = {
    Ink.ERROR: {"fg": "red", "bold": True},
    Ink.WARNING: {"fg": "yellow", "bold": True},
    Ink.STRONG: {"bold": True},
    Ink.MARGIN: {"fg": "blue", "bold": True},
    Ink.HELP: {"fg": "cyan", "bold": True},
}


def ink_for(stream: TextIO) -> Paint:
    """How findings are painted on a stream: in colours on a terminal that has them, unless NO_COLOR is set."""
    if not stream.isatty() or os.environ.get("TERM") == "dumb" or os.environ.get("NO_COLOR"):
        return unpainted
    return _painted


def _painted(text: str, ink: Ink) -> str:
    return click.style(text, **_STYLES[ink])
