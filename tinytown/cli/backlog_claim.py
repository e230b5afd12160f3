"""`tt backlog claim` and `tt backlog assign-all`: who takes what lies in the backlog."""

import click

from tinytown.claim import claim as claim_task
from tinytown.claim import claim_all
from tinytown.cli.identity import own_agent
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, say, say_json
from tinytown.cli.words import count
from tinytown.errors import UnlawfulMoveError, UsageError
from tinytown.escape import shown
from tinytown.tasks import Task


@click.command(
    "claim",
    short_help="Give a task of the backlog to an agent.",
    epilog=examples("tt backlog claim build coder", "tt backlog claim build"),
)
@town_option
@click.argument("task")
@click.argument("agent", required=False)
@json_option
@click.pass_context
def claim(ctx: click.Context, task: str, agent: str | None, *, as_json: bool) -> None:
    """Give TASK out of the backlog to AGENT, or, from inside an agent, to that; it is in its inbox at once."""
    with open_town(ctx) as town:
        me = None if agent else own_agent(town)
        name = agent or (me.name if me else None)
        if name is None:
            raise UsageError(
                "it is not said who claims it",
                "Name an agent: tt backlog claim TASK AGENT; only inside an agent it can be left out.",
            )
        claimed = claim_task(town.site, task, name)
        if as_json:
            say_json(claimed.model_dump(mode="json"))
        else:
            say(f'{icon("📌")}Task "{shown(claimed.label)}" is assigned to "{shown(name)}"')


@click.command(
    "assign-all",
    short_help="Give the whole backlog to an agent.",
    epilog=examples("tt backlog assign-all coder"),
)
@town_option
@click.argument("agent")
@json_option
@click.pass_context
def assign_all(ctx: click.Context, agent: str, *, as_json: bool) -> None:
    """Give all that lies in the backlog to AGENT, one task after the other.

    What somebody else claims in the meantime is theirs, and what comes into the backlog later stays there. If
    the agent takes no more tasks on the way, the rest stays there, too.
    """
    with open_town(ctx) as town:
        taken: list[Task] = []
        refusal = None
        try:
            taken.extend(claim_all(town.site, agent))  # keeps those before a refusal
        except UnlawfulMoveError as error:
            refusal = error
        if taken or refusal is None:
            _tell(taken, agent, as_json=as_json)
        if refusal is not None:
            raise refusal


def _tell(taken: list[Task], agent: str, *, as_json: bool) -> None:
    if as_json:
        say_json([task.model_dump(mode="json") for task in taken])
    elif taken:
        what = count(len(taken), "task")
        verb = "is" if len(taken) == 1 else "are"
        say(f'{icon("📌")}{what} {verb} assigned to "{shown(agent)}"')
    else:
        say("The backlog is empty.")
