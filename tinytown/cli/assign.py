"""`tt assign`: gives an agent a new task."""

from typing import Any

import click

from tinytown.cli.creating import tell_created
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import note
from tinytown.cli.task_fields import approval_option, field_options, fields_of
from tinytown.create import create
from tinytown.errors import UsageError
from tinytown.escape import shown
from tinytown.states import TaskState
from tinytown.tasks import Task


@click.command(
    "assign",
    epilog=examples(
        'tt assign coder "Fix the failing tests"',
        'tt assign coder "Write the docs" --tag docs --priority low --needs build',
        'tt assign tester "pytest -q" --run --timeout 10m --retries 1',
        'tt assign --role reviewer "Review the login" --needs login',
    ),
)
@town_option
@click.argument("words", nargs=-1, metavar="[AGENT] TEXT")
@click.option("--role", help="Any agent of this role does it; then no AGENT is named.")
@click.option("--run", is_flag=True, help="TEXT is a shell command, not a prompt.")
@field_options
@approval_option
@json_option
@click.pass_context
def command(
    ctx: click.Context, /, words: tuple[str, ...], role: str | None, *, run: bool, as_json: bool, **options: Any
) -> None:
    """Give AGENT the new task TEXT.

    It goes into the agent's inbox at once. If it waits for other tasks or for approval, or is for a role, it is
    pending, and the conductor releases it.
    """
    agent, text = _split(words, role)
    with open_town(ctx) as town:
        doer = town.roster.find(agent).value if agent is not None else None
        new = Task.new(text, role=role, run=text if run else None, **fields_of(options))
        made = create(town.site, new, doer.id if doer else None, options["parent"], options["needs"])
        tell_created(town, made, as_json=as_json)
        if doer is not None and doer.gone and made.task.state is TaskState.ASSIGNED:
            note(f'tt: agent "{shown(doer.name)}" is {doer.state}; it begins after: tt spawn {shown(doer.name)}')


def _split(words: tuple[str, ...], role: str | None) -> tuple[str | None, str]:
    """The agent, if one is named, and the text."""
    if role is not None and len(words) == 1:
        return None, words[0]
    if role is None and len(words) == 2:  # noqa: PLR2004  AGENT and TEXT
        return words[0], words[1]
    if role is not None and len(words) == 2:  # noqa: PLR2004  AGENT and TEXT
        raise UsageError(
            "the task has an agent and a role",
            "An agent means that one, a role means any agent of that role: keep one of them.",
        )
    if len(words) > 2:  # noqa: PLR2004  AGENT and TEXT
        raise UsageError(f'there is a word too many: "{words[2]}"', "Put the text into quotes.")
    what = "the text" if words or role is not None else "the agent and the text"
    raise UsageError(f"{what} of the task is missing", 'Write: tt assign AGENT "what is to be done"')
