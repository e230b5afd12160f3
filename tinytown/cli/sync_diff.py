"""`tt sync diff`: what differs between tasks.toml and Redis."""

from pathlib import Path

import click

from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import say, say_json
from tinytown.cli.plan_file import file_option

_DIFFERENCES = 6


@click.command("diff", epilog=examples("tt sync diff", "tt sync diff --exit-code", "tt sync diff --out saved.json"))
@file_option
@click.option("--exit-code", is_flag=True, help="Exit status 6 if there are differences.")
@click.option("--out", type=click.Path(path_type=Path), help="Save the push that this shows for `tt sync apply`.")
@json_option
@town_option
@click.pass_context
def command(ctx: click.Context, file: Path | None, out: Path | None, *, exit_code: bool, as_json: bool) -> int:
    """Show what differs between tasks.toml and Redis, in both directions."""
    from planner.read import FILE
    from planner.sync.push import Terms, differences
    from planner.sync.saved import Saved
    from planner.sync.store import Store
    from planner.sync.told import changes_text
    from tinytown.cli.findings import checked

    with open_town(ctx) as town:
        path = file or town.root / FILE
        plan = checked(path)
        found = differences(Store(town.connection, town.keys, town.name), plan)
    if out is not None:
        Saved.of(path.resolve(), plan, Terms(), found.push()).write(out)
    if as_json:
        say_json(found.as_dict())
        return _DIFFERENCES if exit_code and not found.empty else 0
    if told := changes_text(found, file.name if file else FILE):
        say(told)
    if found.empty:
        say("tasks.toml and Redis agree.")
    return _DIFFERENCES if exit_code and not found.empty else 0
