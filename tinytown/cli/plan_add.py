"""`tt plan add`: one task more in tasks.toml."""

from pathlib import Path
from typing import Any

import click

from tinytown.cli.options import examples
from tinytown.cli.plan_change import Change, change_options
from tinytown.cli.plan_fields import field_options, given, list_option
from tinytown.errors import UsageError

_EXAMPLE = "tt plan add 'Build the API' --agent developer --parent design"


@click.command(
    "add",
    epilog=examples(
        _EXAMPLE,
        "tt plan add --run 'pytest -q' --needs build,docs --timeout 20m",
        "tt plan add 'Fix the login' --id fix-login --tag bug --after design --dry-run",
    ),
)
@click.argument("description", required=False)
@click.option("--id", "task", metavar="ID", help="Its id. [default: made of the description]")
@field_options
@list_option("--needs", "needs", "ID", "A task that must complete first.")
@list_option("--tag", "tags", "TAG", "A word to filter by.")
@click.option("--after", metavar="ID", help="Put it behind this task in the file. [default: at the end]")
@change_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    task: str | None,
    after: str | None,
    file: Path | None,
    *,
    dry_run: bool,
    as_json: bool,
    **fields: Any,
) -> None:
    """Add a task to tasks.toml; every byte that is there stays.

    The plan is checked before it is written: if the new task would make it invalid, nothing is. Where there is no
    tasks.toml yet, there is one afterwards.
    """
    from planner.edit.add import add
    from planner.edit.find import find, line

    values = {key: value for key, value in given(fields).items() if value is not None}
    if "description" not in values and "run" not in values:
        raise UsageError("a task needs a description, or --run with a command", f"Say it: {_EXAMPLE}")
    if "agent" in values and "role" in values:
        raise UsageError("--agent means that one, --role any agent of that role", "Say one of them.")
    change = Change(ctx, file, dry_run=dry_run, as_json=as_json)
    document, name = add(change.document, {**({"id": task} if task is not None else {}), **values}, after)
    number = line(document, find(document, name))
    answer = {"id": name, "file": str(change.path), "line": number}
    change.finish(document, f'added "{name}" ({change.name}:{number})', answer)
