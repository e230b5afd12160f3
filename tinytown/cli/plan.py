"""`tt plan`: shows tasks.toml or starts one; what else can be done to it are its subcommands."""

from pathlib import Path

import click

from tinytown.cli.group import LazyGroup
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, note, say, say_json
from tinytown.cli.plan_file import file_option, plan_path
from tinytown.escape import shown

_HERE = "tinytown.cli"
_FORMS = ("tree", "table", "waves", "mermaid", "dot", "svg", "json")

SECTIONS = {
    "Look": {
        "check": (f"{_HERE}.plan_check", "Check the plan and print all that is wrong with it."),
    },
    "Change": {
        "add": (f"{_HERE}.plan_add", "Add a task."),
        "edit": (f"{_HERE}.plan_edit", "Change what a task says."),
        "rm": (f"{_HERE}.plan_rm", "Remove tasks."),
        "rename": (f"{_HERE}.plan_rename", "Give a task another id."),
        "move": (f"{_HERE}.plan_move", "Put a task in another place of the file."),
        "merge": (f"{_HERE}.plan_merge", "Merge three versions of the plan, for git."),
        "fmt": (f"{_HERE}.plan_fmt", "Put the plan into canonical form."),
        "import": (f"{_HERE}.plan_import", "Make a plan from a workflow or a task list."),
    },
}


@click.group(
    cls=LazyGroup,
    sections=SECTIONS,
    invoke_without_command=True,
    epilog=examples(
        "tt plan --init",
        "tt plan",
        "tt plan --status failed --format table",
        "tt plan --format svg > plan.svg",
        "tt plan check",
    ),
)
@click.option("--init", "start", is_flag=True, help="Write a first tasks.toml; refuses to overwrite one.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of tasks.toml, for editors.")
@click.option("--format", "form", type=click.Choice(_FORMS), default="tree", help="The form. [default: tree]")
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="Only tasks with this tag; repeatable.")
@click.option("--agent", "agents", metavar="NAME", multiple=True, help="Only an agent's or a role's; repeatable.")
@click.option("--status", "statuses", metavar="STATE", multiple=True, help="Only tasks in a state; repeatable.")
@file_option
@json_option
@town_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    start: bool,
    schema: bool,
    form: str,
    tags: tuple[str, ...],
    agents: tuple[str, ...],
    statuses: tuple[str, ...],
    file: Path | None,
    as_json: bool,
) -> None:
    """Show the plan in tasks.toml: who does what, what waits for what, how far it is, and what it takes.

    While the town's Redis runs, the states are those of the tasks in it; otherwise they are the file's.
    """
    if ctx.invoked_subcommand is not None:
        return
    from tinytown.cli.plan_show import show, wanted

    if schema:
        _say_schema()
        return
    path = plan_path(ctx, file)
    if start:
        _start(path)
        return
    show(ctx, path, "json" if as_json else form, wanted(tags, agents, statuses))


def _say_schema() -> None:
    from planner.json_schema import plan_schema

    say_json(plan_schema())


def _start(path: Path) -> None:
    from planner.json_schema import SCHEMA_FILE
    from planner.starter import Beside, write_starter

    beside = write_starter(path)
    if beside is Beside.FOREIGN:
        there = shown(str(path.with_name(SCHEMA_FILE)))
        note(f"tt: {there} is not one that tt wrote: it stays, and the plan does not refer to it.")
    written = f" and {SCHEMA_FILE} for editors" if beside is Beside.WRITTEN else ""
    say(f"{icon('📝')}Wrote {shown(str(path))}{written}. Next: tt plan, tt sync push, tt conductor --spawn")
