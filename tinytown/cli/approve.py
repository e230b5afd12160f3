"""`tt approve`: lets a task start that waits for a person's word."""

import click

from tinytown.approval import approve
from tinytown.cli.identity import person
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, say, say_json
from tinytown.escape import shown


@click.command(epilog=examples("tt approve deploy", "tt approve deploy --note 'use the blue cluster'"))
@click.argument("task")
@click.option("--note", help="What its agent is told of it.")
@json_option
@town_option
@click.pass_context
def command(ctx: click.Context, task: str, *, note: str | None, as_json: bool) -> None:
    """Let TASK start, which has `approval = true`, as soon as nothing else keeps it back.

    It may be approved before its turn comes. An approval holds for one run, with all its retries; a task that is
    set to run again asks anew.
    """
    with open_town(ctx) as town:
        approved = approve(town.site, task, person(town, "approve"), note)
    if as_json:
        say_json(approved.model_dump(mode="json"))
    else:
        say(f'{icon("👍")}Task "{shown(approved.label)}" is approved')
