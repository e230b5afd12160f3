"""`tt cancel`: calls tasks off."""

from functools import partial

import click

from tinytown.cancel import cancel
from tinytown.cli.intending import carry_out, reason
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option


@click.command(epilog=examples("tt cancel build", "tt cancel build --downstream --note 'no longer wanted'"))
@click.argument("tasks", nargs=-1, required=True, metavar="TASK...")
@click.option("--downstream", is_flag=True, help="Call off all that builds on it, too.")
@click.option("--note", help="Why, for the record.")
@json_option
@town_option
@click.pass_context
def command(
    ctx: click.Context, tasks: tuple[str, ...], *, downstream: bool, note: str | None, as_json: bool
) -> None:
    """Call TASK off. If an agent works on it, its command is ended within a second.

    A group is called off with all its tasks. What waits for TASK is blocked then, unless its `when` says otherwise;
    `tt retry` takes it up again, `tt skip` goes on without it.
    """
    with open_town(ctx) as town:
        intent = partial(cancel, reason=reason(town, "cancelled", note), onward=downstream)
        carry_out(town, tasks, intent, yes=True, as_json=as_json)
