"""`tt retry`: runs tasks again."""

from functools import partial

import click

from tinytown.cli.creating import note_unconducted
from tinytown.cli.intending import carry_out, reason
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import say
from tinytown.rerun import rerun


@click.command(epilog=examples("tt retry build", "tt retry build --downstream --yes"))
@click.argument("tasks", nargs=-1, required=True, metavar="TASK...")
@click.option("--downstream", is_flag=True, help="Run what builds on it again, too, as far as it has begun.")
@click.option("--note", help="Why, for the record.")
@click.option("--yes", is_flag=True, help="Agree to run again what is completed or under way.")
@json_option
@town_option
@click.pass_context
def command(
    ctx: click.Context, tasks: tuple[str, ...], *, downstream: bool, note: str | None, yes: bool, as_json: bool
) -> None:
    """Run TASK again that failed, was called off, was skipped or is completed, with all its retries anew.

    One that waits for its next attempt is tried at once. Of a group those of its tasks run again that failed or
    were called off; of one that is completed, all. Running completed work again is asked first.
    """
    with open_town(ctx) as town:
        intent = partial(rerun, reason=reason(town, "to be run again", note), onward=downstream)
        changes = carry_out(town, tasks, intent, yes=yes, as_json=as_json)
        if not changes and not as_json:
            say("nothing to do: it waits for its turn; `tt why` says for what")
        elif changes:
            note_unconducted(town)
