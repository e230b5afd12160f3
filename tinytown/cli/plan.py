"""`tt plan`: shows tasks.toml, starts one, checks one."""

import shutil
import sys
from pathlib import Path

import click

from tinytown import config as configuration
from tinytown.cli.group import Group
from tinytown.cli.opening import town_folder
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, on_terminal, say, say_json
from tinytown.cli.table import clip
from tinytown.errors import NoTownError, StoreError
from tinytown.escape import shown
from tinytown.states import TaskState

_INVALID = 4
_FILE = "tasks.toml"


@click.group(
    cls=Group,
    invoke_without_command=True,
    epilog=examples("tt plan --init", "tt plan", "tt plan check", "tt plan --json"),
)
@click.option("--init", "start", is_flag=True, help="Write a first tasks.toml; refuses to overwrite one.")
@click.option("--file", type=click.Path(path_type=Path), help="The plan. [default: tasks.toml of the town]")
@json_option
@town_option
@click.pass_context
def command(ctx: click.Context, *, start: bool, file: Path | None, as_json: bool) -> None:
    """Show the plan in tasks.toml as a tree: who does what, what waits for what, and how far it is."""
    if ctx.invoked_subcommand is not None:
        return
    from planner.render import plan_data, plan_text
    from planner.starter import write_starter
    from tinytown.cli.findings import checked

    path = file or _folder(ctx) / _FILE
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


@command.command("check", epilog=examples("tt plan check", "tt plan check - < tasks.toml", "tt plan check --json"))
@click.argument("file", required=False)
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", help="How to print findings."
)
@json_option
@click.option("--strict", is_flag=True, help="Let warnings fail too.")
@town_option
@click.pass_context
def check(ctx: click.Context, file: str | None, style: str, *, as_json: bool, strict: bool) -> int:
    """Check FILE (tasks.toml; - for standard input) and print all that is wrong with it.

    Exit status 4 if there are errors.
    """
    from planner.read import read_plan

    if file == "-":
        reading = read_plan(sys.stdin.buffer.read(), "<stdin>")
    else:
        reading = read_plan(Path(file) if file else _folder(ctx) / _FILE)
    if as_json or style == "json":
        say_json([found.as_dict() for found in reading.findings])
    elif reading.findings:
        say(reading.text)
    else:
        say(f"{icon('✅')}{shown(reading.source.name)}: no findings")
    return _INVALID if reading.plan is None or (strict and reading.findings) else 0


def _folder(ctx: click.Context) -> Path:
    """The town's folder; a plan can be written and read before there is a town."""
    folder = town_folder(ctx)
    try:
        return configuration.find(folder)
    except NoTownError:
        return folder


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
