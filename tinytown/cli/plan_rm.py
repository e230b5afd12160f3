"""`tt plan rm`: tasks leave tasks.toml."""

from pathlib import Path

import click

from tinytown.cli.options import examples
from tinytown.cli.plan_change import Change, change_options
from tinytown.errors import UsageError


@click.command(
    "rm",
    epilog=examples(
        "tt plan rm spike", "tt plan rm epic --recursive", "tt plan rm design --reparent epic --dry-run"
    ),
)
@click.argument("tasks", metavar="ID...", nargs=-1, required=True)
@click.option(
    "--reparent", metavar="ID", help="Give their children this parent ('' for none), and drop needs on them."
)
@click.option("--recursive", is_flag=True, help="Remove their descendants too.")
@change_options
@click.pass_context
def command(
    ctx: click.Context,
    tasks: tuple[str, ...],
    reparent: str | None,
    file: Path | None,
    *,
    recursive: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Remove tasks from tasks.toml, with the comments that belong to them.

    Tasks that others have as their parent, or need, stay unless --reparent or --recursive says what is to become
    of those.
    """
    from planner.edit.remove import remove

    if reparent is not None and recursive:
        raise UsageError("--reparent keeps the children, --recursive removes them", "Say one of them.")
    change = Change(ctx, file, dry_run=dry_run, as_json=as_json)
    change.require_file()
    done = remove(change.document, tasks, reparent=reparent, recursive=recursive)
    parent = f'has the parent "{reparent}"' if reparent else "has no parent"
    notes = [f'"{child}" {parent} now' for child in done.reparented]
    notes += [f'"{task}" needs {", ".join(map(_quoted, needs))} no more' for task, needs in done.freed.items()]
    answer = {
        "removed": list(done.tasks),
        "reparented": list(done.reparented),
        "needs_dropped": {task: list(needs) for task, needs in done.freed.items()},
        "file": str(change.path),
    }
    said = f"removed {', '.join(map(_quoted, done.tasks))} ({change.name})"
    change.finish(done.document, said, answer, notes)


def _quoted(task: str) -> str:
    return f'"{task}"'
