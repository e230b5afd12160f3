"""`tt plan rename`: another id for a task."""

from pathlib import Path

import click

from tinytown.cli.options import examples
from tinytown.cli.plan_change import Change, change_options
from tinytown.cli.words import count


@click.command(
    "rename", epilog=examples("tt plan rename build build-api", "tt plan rename build build-api --dry-run")
)
@click.argument("old")
@click.argument("new")
@change_options
@click.pass_context
def command(ctx: click.Context, old: str, new: str, file: Path | None, *, dry_run: bool, as_json: bool) -> None:
    """Give the task OLD the id NEW in tasks.toml, wherever it is named.

    The entry keeps `was = "OLD"`, so that the next push takes it for the same task, with its state and history.
    """
    from planner.edit.find import find, line
    from planner.edit.rename import rename

    change = Change(ctx, file, dry_run=dry_run, as_json=as_json)
    change.require_file()
    document, references = rename(change.document, old, new)
    number = line(document, find(document, new))
    answer = {"id": new, "was": old, "references": references, "file": str(change.path), "line": number}
    said = f'renamed "{old}" to "{new}" ({change.name}:{number}), {count(references, "reference")}'
    change.finish(document, said, answer, renamed=(old, new))
