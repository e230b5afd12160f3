"""`tt plan`: shows tasks.toml or starts one; what else can be done to it are its subcommands."""

import shutil
from pathlib import Path

import click

from tinytown import config as configuration
from tinytown.cli.group import LazyGroup
from tinytown.cli.opening import town_folder
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, on_terminal, say, say_json
from tinytown.cli.plan_file import file_option, plan_path
from tinytown.cli.table import clip
from tinytown.errors import NoTownError, StoreError
from tinytown.escape import shown
from tinytown.states import TaskState

_HERE = "tinytown.cli"

SECTIONS = {
    "Look": {
        "check": (f"{_HERE}.plan_check", "Check the plan and print all that is wrong with it."),
    },
}


@click.group(
    cls=LazyGroup,
    sections=SECTIONS,
    invoke_without_command=True,
    epilog=examples("tt plan --init", "tt plan", "tt plan check", "tt plan --json"),
)
@click.option("--init", "start", is_flag=True, help="Write a first tasks.toml; refuses to overwrite one.")
@file_option
@json_option
@town_option
@click.pass_context
def command(ctx: click.Context, *, start: bool, file: Path | None, as_json: bool) -> None:
    """Show the plan in tasks.toml as a tree: who does what, what waits for what, and how far it is."""
    if ctx.invoked_subcommand is not None:
        return
    from planner.starter import write_starter
    from planner.views.data import plan_data
    from planner.views.tree import plan_text
    from tinytown.cli.findings import checked

    path = plan_path(ctx, file)
    if start:
        write_starter(path)
        say(f"{icon('📝')}Wrote {shown(str(path))}. Next: tt plan, tt sync push, tt conductor --spawn")
        return
    plan = checked(path)
    live = _live(ctx)
    if as_json:
        say_json(plan_data(plan, live))
    else:
        text = plan_text(plan, live)
        width = shutil.get_terminal_size().columns
        say("\n".join(clip(one, width) for one in text.splitlines()) if on_terminal() else text)


def _live(ctx: click.Context) -> dict[str, TaskState] | None:
    """The states of the plan's tasks, if the town's Redis runs: a look at the plan starts nothing."""
    from tinytown.connection import Connection
    from tinytown.keys import Keys
    from tinytown.ledger import Ledger
    from tinytown.town import locate

    try:
        root = configuration.find(town_folder(ctx))
        config = configuration.load(root)
        connection = Connection(locate(root, config)[0])
        tasks = Ledger(connection, Keys(config.name), config.name).all()
    except (NoTownError, StoreError):
        return None
    connection.close()
    return {held.value.plan_id: held.value.state for held in tasks.values() if held.value.plan_id}
