"""`tt task`: one task: shows, completes and fails it."""

import click

from tinytown.cli import tasks
from tinytown.cli.group import Group
from tinytown.cli.options import examples, town_option
from tinytown.cli.task_end import complete, fail
from tinytown.cli.task_show import current, show


@click.group(
    "task",
    cls=Group,
    epilog=examples("tt task show build", "tt task complete build --result 'all green'", "tt task list"),
)
@town_option
def command() -> None:
    """Show, complete or fail one task.

    A task is named by its id in tasks.toml, by its full id, or by an unmistakable beginning of that.
    """


command.add_command(tasks.command, "list")
command.add_command(show)
command.add_command(complete)
command.add_command(fail)
command.add_command(current)
