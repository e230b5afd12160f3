"""`tt close`: lets an agent finish its task, then stops it."""

import click

from tinytown.cli.kill import say_stopped
from tinytown.cli.opening import open_town
from tinytown.cli.options import DURATION, examples, town_option


@click.command("close", epilog=examples("tt close coder", "tt close coder --timeout 10m"))
@town_option
@click.argument("agent")
@click.option("--timeout", type=DURATION, help="Wait so long at most: 90, 5m. [default: no limit]")
@click.pass_context
def command(ctx: click.Context, agent: str, timeout: float | None) -> None:
    """Let AGENT finish its present task, then stop it; the same as `tt kill AGENT --drain`.

    It takes nothing new from now on. When the time is over, it goes on draining.
    """
    with open_town(ctx) as town:
        say_stopped(town, town.roster.find(agent), drain=True, timeout=timeout)
