"""`tt task note` and `tt task edit`: a remark on a task, and another definition."""

from typing import Any

import click

from tinytown.cli.creating import note_unconducted
from tinytown.cli.identity import who
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import note as tell
from tinytown.cli.output import say, say_json
from tinytown.cli.task_fields import field_options, fields_of
from tinytown.errors import UsageError
from tinytown.escape import shown
from tinytown.redefine import redefine, remark
from tinytown.states import TaskState
from tinytown.tasks import Task


@click.command(
    "note",
    short_help="Add a remark to a task.",
    epilog=examples('tt task note build "use the compiler in /opt"', 'tt task note 550e8400 "see the log"'),
)
@town_option
@click.argument("task")
@click.argument("text")
@json_option
@click.pass_context
def note(ctx: click.Context, task: str, text: str, *, as_json: bool) -> None:
    """Add the remark TEXT to TASK. It is kept with the task, and the next attempt is told of it."""
    with open_town(ctx) as town:
        after = remark(town.site, task, text, who(town))
        if as_json:
            say_json(after.model_dump(mode="json"))
        else:
            say(f'Noted on task "{shown(after.label)}"{_from_when(after)}')


@click.command(
    "edit",
    short_help="Change what a task outside of the plan is.",
    epilog=examples(
        'tt task edit 550e8400 --description "Fix the login, too"',
        "tt task edit 550e8400 --priority high --timeout 1h",
        "tt task edit 550e8400 --agent tester --tag ci --tag slow",
    ),
)
@town_option
@click.argument("task")
@click.option("--description", metavar="TEXT", help="What is to be done.")
@click.option("--run", metavar="CMD", help="A shell command instead of a prompt.")
@click.option("--agent", help="The agent that does it.")
@click.option("--role", help="Any agent of this role does it.")
@field_options
@click.option("--no-tags", is_flag=True, help="Take its tags away.")
@click.option("--no-needs", is_flag=True, help="Let it wait for no task but its parent.")
@click.option("--no-parent", is_flag=True, help="Let it be a part of nothing.")
@click.option("--approval/--no-approval", default=None, help="Whether it waits for tt approve before it starts.")
@json_option
@click.pass_context
def edit(ctx: click.Context, /, task: str, *, as_json: bool, **options: Any) -> None:
    """Change what TASK is, which is not of the plan; tt plan edit changes those that are.

    One that an agent works on is done as it was begun; the change applies from its next attempt. Tags and needs
    take the place of those before.
    """
    parent, needs = options["parent"], options["needs"] or None
    emptied = _emptied(options)
    fields = {**fields_of(options), **emptied}
    if not fields and parent is None and needs is None:
        raise UsageError("it is not said what is to change", "See: tt task edit --help")
    with open_town(ctx) as town:
        if "agent" in fields:
            fields["agent"] = town.roster.find(fields["agent"]).value.name
        after = redefine(town.site, task, fields, parent, needs)
        if as_json:
            say_json(after.model_dump(mode="json"))
        else:
            say(f'Task "{shown(after.label)}" is changed{_from_when(after)}')
        if after.state is TaskState.PENDING and not after.unassigned:
            note_unconducted(town)
        elif after.ended and not as_json:
            tell(f"it is {after.state}; it runs again after: tt retry {shown(after.label)}")


def _emptied(options: dict[str, Any]) -> dict[str, Any]:
    """The fields that are to say nothing any more; takes the options that ask for it out of the others.

    Raises:
        UsageError: One is to say something, too.
    """
    emptied: dict[str, Any] = {}
    for flag, option, field, nothing in (
        ("no_tags", "tags", "tags", ()),
        ("no_needs", "needs", "needs", ()),
        ("no_parent", "parent", "parent_id", None),
    ):
        if options.pop(flag):
            if options[option]:
                said = option.removesuffix("s") if option == "tags" else option
                raise UsageError(f"--{said} and --{flag.replace('_', '-')} exclude each other", "Keep one of them.")
            emptied[field] = nothing
    return emptied


def _from_when(task: Task) -> str:
    """From when on what was said counts, if that is not the attempt that comes anyhow."""
    return "; it is running: this counts from its next attempt" if task.state is TaskState.RUNNING else ""
