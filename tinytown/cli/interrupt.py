"""`tt interrupt`: lets an agent rest."""

import click

from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.pause import pause_one


@click.command(short_help="Let an agent begin nothing more.", epilog=examples("tt interrupt coder"))
@click.argument("agent")
@json_option
@town_option
@click.pass_context
def command(ctx: click.Context, agent: str, *, as_json: bool) -> None:
    """Let AGENT finish its task and take nothing more until `tt resume AGENT`; the same as `tt pause AGENT`."""
    with open_town(ctx) as town:
        pause_one(town, agent, as_json=as_json)
