"""`tt backlog`: the tasks that nobody is named for: adds, shows and removes them."""

from typing import Any

import click

from tinytown.cli.asking import agree
from tinytown.cli.backlog_claim import assign_all, claim
from tinytown.cli.creating import tell_created
from tinytown.cli.group import Group
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import say, say_json
from tinytown.cli.task_fields import approval_option, field_options, fields_of
from tinytown.cli.tasks import say_tasks
from tinytown.create import create
from tinytown.discard import discard
from tinytown.escape import shown
from tinytown.tasks import Task


@click.group(
    "backlog",
    cls=Group,
    epilog=examples('tt backlog add "Speed up the tests"', "tt backlog list", "tt backlog claim build coder"),
)
@town_option
def command() -> None:
    """Add, show, claim and remove the tasks that are ready and that nobody is named for."""


@command.command(
    "add",
    short_help="Add a task that nobody is named for.",
    epilog=examples('tt backlog add "Speed up the tests" --tag ci', 'tt backlog add "Ship it" --needs build'),
)
@town_option
@click.argument("text")
@field_options
@approval_option
@json_option
@click.pass_context
def add(ctx: click.Context, /, text: str, *, as_json: bool, **options: Any) -> None:
    """Add the new task TEXT to the backlog, for whoever claims it.

    If it waits for other tasks or for approval, the conductor puts it there once it is ready.
    """
    with open_town(ctx) as town:
        new = Task.new(text, **fields_of(options))
        made = create(town.site, new, parent=options["parent"], needs=options["needs"])
        tell_created(town, made, as_json=as_json)


@command.command("list", epilog=examples("tt backlog list", "tt backlog list --tag ci --json"))
@town_option
@click.option("--tag", "tags", multiple=True, help="Only those with this tag; with several, with all of them.")
@json_option
@click.pass_context
def list_backlog(ctx: click.Context, tags: tuple[str, ...], *, as_json: bool) -> None:
    """List the backlog, the longest waiting first."""
    with open_town(ctx) as town:
        order = town.ledger.backlog()
        found = town.ledger.get_many(order)
        tasks = [found[ident].value for ident in order if ident in found]
        chosen = [task for task in tasks if set(tags) <= {*task.tags}]
        if as_json:
            say_json([task.model_dump(mode="json") for task in chosen])
        elif chosen:
            say_tasks(chosen, town.roster.shown())
        else:
            say("No task of the backlog fits." if tasks else "The backlog is empty.")


@command.command("remove", epilog=examples("tt backlog remove 550e8400", "tt backlog remove 550e8400 --yes"))
@town_option
@click.argument("task")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_context
def remove(ctx: click.Context, task: str, *, yes: bool, as_json: bool) -> None:
    """Delete TASK, which lies in the backlog and is not of the plan."""

    def ask(found: Task) -> None:
        what = f'task "{shown(found.label)}": {shown(found.description)}'
        agree(f"this deletes {what}", "Say that it is meant: --yes", said=yes)

    with open_town(ctx) as town:
        gone = discard(town.site, task, ask)
        if as_json:
            say_json(gone.model_dump(mode="json"))
        else:
            say(f'Task "{shown(gone.label)}" is deleted')


command.add_command(claim)
command.add_command(assign_all)
