"""`tt reject`: fails a task that waits for a person's word."""

import click

from tinytown.approval import reject
from tinytown.cli.identity import person
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, say, say_json
from tinytown.cli.states import task_state
from tinytown.escape import shown


@click.command(epilog=examples("tt reject deploy", "tt reject deploy --note 'not on a Friday'"))
@click.argument("task")
@click.option("--note", help="Why; it becomes part of the task's result.")
@json_option
@town_option
@click.pass_context
def command(ctx: click.Context, task: str, *, note: str | None, as_json: bool) -> None:
    """Fail TASK, which has `approval = true`, before it starts."""
    with open_town(ctx) as town:
        rejected = reject(town.site, task, person(town, "reject"), note)
    if as_json:
        say_json(rejected.model_dump(mode="json"))
    else:
        state = task_state(rejected.state)
        say(f'{icon("👎")}Task "{shown(rejected.label)}" is {state}: {shown(rejected.result or "")}')
