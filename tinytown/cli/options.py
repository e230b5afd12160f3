"""What the commands have in common: how one is declared, `--town`, `--json`, and kinds of values."""

import re
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import click

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound=Callable[..., Any])

TOWN = "tinytown.town"
"""Where a context's `meta` keeps the value of --town."""

PRIORITIES = ("low", "normal", "high", "urgent")

_PLAIN_SECONDS = re.compile(r"\d+(\.\d+)?")


def examples(*lines: str) -> str:
    """The epilog of a command's help.

    Args:
        lines: Command lines that one could type.
    """
    heading = "Example:" if len(lines) == 1 else "Examples:"
    return "\n".join(["\b", heading, *(f"  {line}" for line in lines)])


def town_option(function: C) -> C:
    """Accepts `--town PATH`; `tinytown.cli.opening` finds it in the context, wherever it was said."""
    return click.option(
        "--town",
        type=click.Path(),
        metavar="PATH",
        expose_value=False,
        callback=_keep_town,
        help="The town's folder, or one in it. [default: $TINYTOWN_TOWN, or the current folder]",
    )(function)


def json_option(function: C) -> C:
    """Accepts `--json` as the parameter `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


def kind_option(function: C) -> C:
    """Accepts `--agent` and `--task` as the parameter `kind`: what the argument names, should both be there."""
    task = click.option("--task", "kind", flag_value="task", help="It is the name of a task.")(function)
    return click.option("--agent", "kind", flag_value="agent", help="It is the name of an agent.")(task)


def _keep_town(ctx: click.Context, _option: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.meta[TOWN] = value


def duration(text: str | float) -> float:
    """Seconds, written as `90` or as `1m30s`.

    Raises:
        UsageError: It is written otherwise.
    """
    if isinstance(text, float):
        return text
    if _PLAIN_SECONDS.fullmatch(text):
        return float(text)
    from tinytown.clock import seconds

    return seconds(text)


DURATION = click.types.FuncParamType(duration)
"""The type of an option that takes a duration."""
