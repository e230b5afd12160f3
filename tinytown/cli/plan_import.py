"""`tt plan import`: makes a plan from what people already have."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, note, say, say_json
from tinytown.cli.plan_file import plan_path
from tinytown.cli.words import count
from tinytown.errors import TinytownError, UsageError
from tinytown.escape import clipped, shown

if TYPE_CHECKING:
    from planner.imports.found import Found, Loss

_KINDS = ("github-actions", "taskmaster", "markdown", "beads")
_MOST_TOLD = 50


@click.command(
    "import",
    epilog=examples(
        "tt plan import .github/workflows/ci.yml",
        "tt plan import TODO.md --append",
        "tt plan import .taskmaster/tasks/tasks.json --output -",
        "tt plan import .beads/issues.jsonl --json",
    ),
)
@click.argument("source")
@click.option("--from", "kind", type=click.Choice(_KINDS), help="What SOURCE is. [default: by its name or text]")
@click.option("--append", is_flag=True, help="Put the tasks behind those of the plan that is there.")
@click.option("--output", metavar="FILE", help="The plan; - for standard output. [default: tasks.toml of the town]")
@click.option("--tag", help="Of a Taskmaster file, the tag to import. [default: master]")
@click.option("--strict", is_flag=True, help="Write nothing, exit status 1, if something cannot be carried over.")
@json_option
@town_option
@click.pass_context
def command(
    ctx: click.Context,
    source: str,
    kind: str | None,
    output: str | None,
    tag: str | None,
    *,
    append: bool,
    strict: bool,
    as_json: bool,
) -> None:
    """Make a plan from SOURCE: a workflow of GitHub Actions, a Taskmaster or Markdown task list, or beads issues.

    SOURCE is a file, or - for standard input. What a plan has no place for is told with its line on standard error.
    When and on what machine a workflow runs, and what it may do, means nothing here and is not told.
    """
    from planner.imports.read import Kind, kind_of, read_source
    from planner.source import Source

    if output == "-" and (append or as_json):
        raise UsageError(
            f"--output - does not go with {'--append' if append else '--json'}", "Give the name of a file."
        )
    data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    origin = Source("<stdin>" if source == "-" else source, data)
    found = read_source(origin, Kind(kind) if kind else kind_of(origin), tag)
    if strict and found.losses:
        _tell(found.losses)
        raise TinytownError(
            f"{count(len(found.losses), 'thing')} in {origin.name} cannot be carried over",
            "Nothing was written. Leave out --strict to write the rest.",
        )
    path = None if output == "-" else plan_path(ctx, Path(output) if output else None)
    _write(path, origin.name, found, append=append)
    if as_json:
        skipped = [loss.as_dict() for loss in found.losses]
        say_json({"file": str(path), "tasks": len(found.drafts), "skipped": skipped})
        return
    _tell(found.losses)
    if found.losses:
        note(f"{count(len(found.losses), 'thing')} could not be carried over as in the source.")
    if path is not None:
        what = f"{count(len(found.drafts), 'task')} from {shown(origin.name)}"
        where = f"Added {what} to {shown(str(path))}" if append else f"Wrote {shown(str(path))}: {what}"
        say(f"{icon('📥')}{where}. Next: tt plan, tt sync push")


def _write(path: Path | None, origin: str, found: "Found", *, append: bool) -> None:
    """Writes the plan where it is to go; only a valid one."""
    from planner.imports.found import ImportRefusedError
    from planner.imports.write import appended, new_plan
    from planner.read import require_plan
    from tinytown.cli.findings import explained
    from tinytown.replace import create_file, replace_file

    with explained():
        if path is None:
            click.echo(require_plan(new_plan(found, origin)).document.source.data, nl=False)
        elif append:
            plan = require_plan(path)
            both = [draft.id for draft in found.drafts if draft.id in plan.by_id]
            if both:
                ids = f"{', '.join(both[:10])}{' …' if len(both) > 10 else ''}"  # noqa: PLR2004  enough to see
                message = f"{path} has {count(len(both), 'task')} of the same id: {ids}"
                raise ImportRefusedError(message, "Rename them in one of the two, or write to a file of its own.")
            before = plan.document.source.data
            replace_file(path, before, require_plan(appended(plan.document, found), str(path)).document.source.data)
        elif path.exists():
            remedy = "Use --append to add to it, or --output to write elsewhere."
            raise ImportRefusedError(f"{path} exists already", remedy)
        else:
            create_file(path, require_plan(new_plan(found, origin), str(path)).document.source.data)


def _tell(losses: "Sequence[Loss]") -> None:
    """Says on standard error what could not be carried over."""
    for loss in losses[:_MOST_TOLD]:
        note(f"{shown(loss.where)}: {clipped(loss.what, 80)}: {clipped(loss.why, 200)}")
    if len(losses) > _MOST_TOLD:
        note(f"… and {len(losses) - _MOST_TOLD} more; --json lists them all")
