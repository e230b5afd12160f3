"""The options that say what a task is: one for each key of tasks.toml."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from tinytown.cli.options import PRIORITIES
from tinytown.cli.plan_change import words
from tinytown.states import TaskState
from tinytown.tasks import When

C = TypeVar("C", bound=Callable[..., Any])

ORDER = (
    *("description", "agent", "role", "parent", "needs", "run", "accept", "when", "status", "tags", "priority"),
    *("pool", "retries", "retry_delay", "timeout", "estimate", "approval"),
)
"""The keys of a task but for its id, in the order in which a new entry has them."""

_STATUS = click.Choice([state.value for state in TaskState])
_WHEN = click.Choice([when.value for when in When])

_OPTIONS = (
    click.option("--agent", metavar="NAME", help="Who does it."),
    click.option("--role", metavar="ROLE", help="Any agent of this role does it."),
    click.option("--parent", metavar="ID", help="The task or group that it belongs to and waits for."),
    click.option("--run", metavar="CMD", help="A shell command instead of a prompt."),
    click.option("--accept", metavar="CMD", help="A command that must succeed before it counts as completed."),
    click.option("--when", type=_WHEN, help="Which outcomes of its prerequisites release it."),
    click.option("--status", type=_STATUS, help="Its state."),
    click.option("--priority", type=click.Choice(PRIORITIES), help="What goes first."),
    click.option("--pool", metavar="POOL", help="The pool of [pools] that it takes a place of."),
    click.option("--retries", type=click.IntRange(0), metavar="N", help="How often a failed attempt is repeated."),
    click.option("--retry-delay", metavar="TIME", help="The pause before a retry, such as 30s."),
    click.option("--timeout", metavar="TIME", help="The longest that one attempt may take, such as 20m."),
    click.option("--estimate", metavar="TIME", help="How long it probably takes, such as 10m."),
    click.option("--approval/--no-approval", default=None, help="Whether it waits for tt approve."),
)


def field_options(function: C) -> C:
    """Accepts an option for every key that has one value."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def list_option(name: str, parameter: str, metavar: str, text: str) -> Callable[[C], C]:
    """An option for elements of a list: to be said again, or with commas between them."""
    return click.option(
        name, parameter, metavar=metavar, multiple=True, callback=words, help=f"{text} Repeatable, or with commas."
    )


def given(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The keys that were said, in the order of a new entry; texts that are empty stand for None."""
    found: dict[str, Any] = {}
    for key in ORDER:
        value = fields.get(key)
        if value not in (None, ()):
            found[key] = list(value) if isinstance(value, tuple) else None if value == "" else value
    return found
