"""`tt restart`: stops an agent and starts it again."""

import click

from conductor.team import planned
from tinytown.cli.opening import open_town
from tinytown.cli.options import DURATION, examples, json_option, town_option
from tinytown.cli.output import say_json
from tinytown.cli.spawn import say_started
from tinytown.cli.team import team
from tinytown.restart import restart


@click.command("restart", epilog=examples("tt restart coder", "tt restart coder --rounds 20"))
@town_option
@click.argument("agent")
@click.option(
    "--rounds", "--max-rounds", "rounds", type=click.IntRange(min=0), default=0, help="Stop after so many tasks."
)
@click.option(
    "--idle-timeout",
    type=DURATION,
    default=0.0,
    help="Stop after so long without work: 90, 5m. [default: what the plan says, or the town]",
)
@json_option
@click.pass_context
def command(ctx: click.Context, agent: str, *, rounds: int, idle_timeout: float, as_json: bool) -> None:
    """Stop AGENT if it runs, start it again, and wait until it is ready.

    It keeps its id, CLI, role, nickname and mail. The task that it works on ends at once and returns to pending;
    `tt close AGENT` before lets it finish. An agent that has died is started, too.
    """
    with open_town(ctx) as town:
        held = town.roster.find(agent)
        member = planned(held.value.name, team(town))
        idle = idle_timeout or (member and member.idle_timeout) or 0.0
        ready = restart(town.site, held, max_rounds=rounds, idle_timeout=idle)
        if as_json:
            say_json(ready.model_dump(mode="json"))
        else:
            say_started(town, ready)
