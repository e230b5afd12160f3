"""`tt resume`: lets a paused agent, or the paused town, go on."""

import click

from tinytown.cli.identity import who
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, say, say_json
from tinytown.escape import shown
from tinytown.pause import resume_agent, resume_town


@click.command(short_help="Go on after a pause.", epilog=examples("tt resume", "tt resume coder"))
@click.argument("agent", required=False)
@json_option
@town_option
@click.pass_context
def command(ctx: click.Context, agent: str | None, *, as_json: bool) -> None:
    """Let AGENT take tasks again; without a name, let the town go on.

    An agent that was paused by name stays so when the town goes on.
    """
    with open_town(ctx) as town:
        if agent is not None:
            resumed = resume_agent(town.site, agent)
            if as_json:
                say_json(resumed.model_dump(mode="json"))
            else:
                say(f'{icon("▶")}Agent "{shown(resumed.name)}" goes on: it is {resumed.state}')
            return
        paused = resume_town(town.site, who(town))
    if as_json:
        say_json({"paused": False, "before": paused})
    else:
        say(f"{icon('▶')}The town goes on" if paused else "The town was not paused")
