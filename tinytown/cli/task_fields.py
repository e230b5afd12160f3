"""The options that say what a task made by hand is, shared by the commands that make and change one."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from tinytown.cli.options import PRIORITIES
from tinytown.tasks import Priority, When

C = TypeVar("C", bound=Callable[..., Any])

_WHENS = [when.value for when in When]

_OPTIONS = (
    click.option("--tag", "tags", multiple=True, help="A label to find it by; may come again."),
    click.option("--priority", type=click.Choice(PRIORITIES), help="How soon among its equals. [default: normal]"),
    click.option(
        "--parent", metavar="TASK", help="The task that it is a part of, and waits for; a group waits for it."
    ),
    click.option("--needs", metavar="TASK", multiple=True, help="A task that must complete first; may come again."),
    click.option("--timeout", metavar="DURATION", help="The longest that one attempt may take, such as 20m."),
    click.option("--retries", type=click.IntRange(0), metavar="N", help="How often a failed attempt is repeated."),
    click.option("--retry-delay", metavar="DURATION", help="The pause before a retry; it doubles."),
    click.option("--accept", metavar="CMD", help="Run afterwards; only exit status 0 completes the task."),
    click.option("--when", type=click.Choice(_WHENS), help="Which outcomes release it. [default: all_success]"),
)


def field_options(function: C) -> C:
    """Accepts the options; they arrive as keywords under the fields' names."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def approval_option(function: C) -> C:
    """Accepts `--approval`."""
    return click.option("--approval", is_flag=True, default=None, help="Wait for tt approve before it starts.")(
        function
    )


def fields_of(options: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a task that options say something of, but for those that name other tasks."""
    said = {
        name: value
        for name, value in options.items()
        if name not in ("parent", "needs") and value is not None and value != ()
    }
    if "priority" in said:
        said["priority"] = Priority(said["priority"])
    if "when" in said:
        said["when"] = When(said["when"])
    return said
