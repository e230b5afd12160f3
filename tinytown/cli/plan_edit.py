"""`tt plan edit`: other values for the keys of a task."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from tinytown.cli.options import examples
from tinytown.cli.plan_change import Change, change_options
from tinytown.cli.plan_fields import ORDER, field_options, given, list_option
from tinytown.errors import UsageError

_EXAMPLE = "tt plan edit build --agent developer --add-need design"


@click.command(
    "edit",
    epilog=examples(
        _EXAMPLE,
        "tt plan edit test --timeout 20m --unset parent",
        "tt plan edit test --needs build,docs --tag slow --dry-run",
    ),
)
@click.argument("task", metavar="ID")
@click.option("--description", metavar="TEXT", help="What is to be done.")
@field_options
@list_option("--needs", "needs", "ID", "All the tasks that must complete first.")
@list_option("--add-need", "more_needs", "ID", "One that must complete first too.")
@list_option("--drop-need", "less_needs", "ID", "One that need not complete first any more.")
@list_option("--tag", "more_tags", "TAG", "One more word to filter by.")
@list_option("--untag", "less_tags", "TAG", "A word that goes.")
@click.option("--unset", multiple=True, type=click.Choice(ORDER), metavar="KEY", help="Take a key out. Repeatable.")
@change_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    task: str,
    unset: tuple[str, ...],
    file: Path | None,
    *,
    dry_run: bool,
    as_json: bool,
    **fields: Any,
) -> None:
    """Change just these keys of a task in tasks.toml; an empty text takes a key out.

    An --agent takes the place of a role, and a --role that of an agent. Another id: tt plan rename.
    """
    from planner.edit.change import Wanted, change
    from planner.edit.find import find, line

    wanted = Wanted(
        {**dict.fromkeys(unset), **given(fields)},
        {"needs": fields["more_needs"], "tags": fields["more_tags"]},
        {"needs": fields["less_needs"], "tags": fields["less_tags"]},
    )
    _check(wanted.values, unset, [*wanted.more.values(), *wanted.less.values()])
    file_change = Change(ctx, file, dry_run=dry_run, as_json=as_json)
    file_change.require_file()
    done = change(file_change.document, task, wanted)
    number = line(done.document, find(done.document, task))
    answer = {"id": task, "file": str(file_change.path), "line": number, "changed": list(done.keys)}
    said = f'changed "{task}": {", ".join(done.keys)} ({file_change.name}:{number})'
    if not done.keys:
        said = f'nothing to change: "{task}" says so already ({file_change.name}:{number})'
    file_change.finish(done.document, said, answer, done.notes)


def _check(values: Mapping[str, Any], unset: Sequence[str], lists: list[Sequence[str]]) -> None:
    if not values and not any(lists):
        raise UsageError("nothing is to be changed", f"Say what: {_EXAMPLE}")
    both = [key for key in unset if values[key] is not None]
    if both:
        raise UsageError(f"{both[0]} is to be set and unset", "Say one of them.")
    if values.get("agent") and values.get("role"):
        raise UsageError("--agent means that one, --role any agent of that role", "Say one of them.")
