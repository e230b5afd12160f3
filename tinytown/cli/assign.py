"""`tt assign`: gives an agent a new task."""

import click

from tinytown.assign import assign
from tinytown.cli.opening import open_town
from tinytown.cli.options import PRIORITIES, examples, json_option, town_option
from tinytown.cli.output import icon, note, say, say_json
from tinytown.errors import UsageError
from tinytown.escape import shown
from tinytown.tasks import Priority, Task


@click.command(
    "assign",
    epilog=examples(
        'tt assign coder "Fix the failing tests"', 'tt assign coder "Write the docs" --tag docs --priority low'
    ),
)
@town_option
@click.argument("agent")
@click.argument("text")
@click.option("--tag", "tags", multiple=True, help="A label to find it by; may come again.")
@click.option("--priority", type=click.Choice(PRIORITIES), default="normal", show_default=True)
@click.option("--parent", help="The task that it is a part of; its result is shown to the agent.")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    agent: str,
    text: str,
    tags: tuple[str, ...],
    priority: str,
    parent: str | None,
    as_json: bool,
) -> None:
    """Give AGENT the new task TEXT; it goes into the agent's inbox at once."""
    if not text.strip():
        raise UsageError("the task is empty", "Say what is to be done.")
    with open_town(ctx) as town:
        doer = town.roster.find(agent).value
        parent_id = town.ledger.find(parent).value.id if parent else None
        new = Task.new(text, tags=tags, priority=Priority(priority), parent_id=parent_id)
        task = assign(town.site, doer, new)
        if as_json:
            say_json(task.model_dump(mode="json"))
        else:
            say(f'{icon("📌")}Task {task.id} is assigned to "{shown(doer.name)}"')
        if doer.gone:
            note(f'tt: agent "{shown(doer.name)}" is {doer.state}; it begins after: tt spawn {shown(doer.name)}')
