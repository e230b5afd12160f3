"""`tt plan move`: another place in tasks.toml for a task."""

from pathlib import Path

import click

from tinytown.cli.options import examples
from tinytown.cli.plan_change import Change, change_options
from tinytown.errors import UsageError


@click.command(
    "move",
    epilog=examples(
        "tt plan move test --after build", "tt plan move hotfix --first", "tt plan move docs --before test"
    ),
)
@click.argument("task", metavar="ID")
@click.option("--before", metavar="ID", help="Put it before this task.")
@click.option("--after", metavar="ID", help="Put it behind this task.")
@click.option("--first", is_flag=True, help="Put it before all others.")
@click.option("--last", is_flag=True, help="Put it behind all others.")
@change_options
@click.pass_context
def command(
    ctx: click.Context,
    task: str,
    before: str | None,
    after: str | None,
    file: Path | None,
    *,
    first: bool,
    last: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Put a task, with the comments that belong to it, in another place of tasks.toml.

    Nothing else moves. Among tasks of equal priority the order of the file decides which goes first.
    """
    from planner.edit.find import find, line
    from planner.edit.move import move

    if [bool(before), bool(after), first, last].count(True) != 1:
        raise UsageError(
            "one place is wanted: --before ID, --after ID, --first or --last",
            f"Say it: tt plan move {task} --first",
        )
    change = Change(ctx, file, dry_run=dry_run, as_json=as_json)
    change.require_file()
    document = move(
        change.document, task, before="" if first else before or None, after="" if last else after or None
    )
    number = line(document, find(document, task))
    verb = "moved" if document is not change.document else "nothing to move: there is"
    answer = {"id": task, "moved": document is not change.document, "file": str(change.path), "line": number}
    change.finish(document, f'{verb} "{task}" ({change.name}:{number})', answer)
