"""`tt skip`: goes on without tasks."""

from functools import partial

import click

from tinytown.cli.intending import carry_out, reason
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.skip import skip


@click.command(epilog=examples("tt skip lint", "tt skip lint --note 'flaky today'"))
@click.argument("tasks", nargs=-1, required=True, metavar="TASK...")
@click.option("--note", help="Why, for the record.")
@json_option
@town_option
@click.pass_context
def command(ctx: click.Context, tasks: tuple[str, ...], *, note: str | None, as_json: bool) -> None:
    """Go on without TASK: it counts as completed, though it was not done, and what waits for it may start.

    A group is skipped with all its tasks. If an agent works on it, its command is ended within a second. To call it
    off with all that builds on it: tt cancel TASK --downstream.
    """
    with open_town(ctx) as town:
        carry_out(town, tasks, partial(skip, reason=reason(town, "skipped", note)), yes=True, as_json=as_json)
