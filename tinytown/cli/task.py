"""`tt task`: one task: shows, changes, completes, fails and cancels it."""

import click

from tinytown.cli import cancel, tasks
from tinytown.cli.group import Group
from tinytown.cli.options import examples, town_option
from tinytown.cli.task_change import edit, note
from tinytown.cli.task_end import complete, fail
from tinytown.cli.task_show import current, show


@click.group(
    "task",
    cls=Group,
    epilog=examples("tt task show build", "tt task complete build --result 'all green'", "tt task list"),
)
@town_option
def command() -> None:
    """Show, change, complete, fail or cancel one task.

    A task is named by its id in tasks.toml, by its full id, or by an unmistakable beginning of either.
    """


command.add_command(tasks.command, "list")
command.add_command(cancel.command, "cancel")
command.add_command(note)
command.add_command(edit)
command.add_command(show)
command.add_command(complete)
command.add_command(fail)
command.add_command(current)
