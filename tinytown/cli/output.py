"""What commands print: lines, JSON, colours on a terminal."""

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

# json.dumps escapes C0 controls itself; these would still steer a terminal or mislead the eye.
_STEERING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def on_terminal() -> bool:
    """Whether a person looks at standard output, on a terminal that can do more than letters."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def icon(sign: str) -> str:
    """An icon and a space on a terminal that has it, else nothing."""
    if on_terminal() and (sys.stdout.encoding or "").lower().replace("-", "") == "utf8":
        return f"{sign} "
    return ""


def paint(text: str, colour: str | None = None, *, bold: bool = False, dim: bool = False) -> str:
    """The text in a colour, if colours are wanted: on a terminal, and NO_COLOR is not set."""
    if not on_terminal() or os.environ.get("NO_COLOR"):
        return text
    return click.style(text, fg=colour, bold=bold or None, dim=dim or None)


def say(text: str = "") -> None:
    """A line on standard output. What came from others must have gone through `shown` before."""
    click.echo(text)


def note(text: str) -> None:
    """A line on standard error, for what the command's answer does not consist of."""
    click.echo(text, file=sys.stderr)


def say_json(value: Mapping[str, Any] | Sequence[Any] | None) -> None:
    """One JSON document."""
    click.echo(_harmless(json.dumps(value, ensure_ascii=False, indent=2)))


def say_json_line(value: Mapping[str, Any]) -> None:
    """One line of a stream of JSON documents."""
    click.echo(_harmless(json.dumps(value, ensure_ascii=False)))


def _harmless(text: str) -> str:
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
