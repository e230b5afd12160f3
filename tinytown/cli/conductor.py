"""`tt conductor`: releases each task the moment it is ready."""

import click

from tinytown.cli.opening import open_town
from tinytown.cli.options import DURATION, examples, json_option, town_option
from tinytown.cli.output import note, on_terminal


@click.command(epilog=examples("tt conductor", "tt conductor --watch --spawn", "tt conductor --json | jq .type"))
@click.option("--watch", is_flag=True, help="Stay, and push tasks.toml again whenever it changes.")
@click.option("--pull", is_flag=True, help="With --watch: write statuses back into tasks.toml.")
@click.option("--yes", is_flag=True, help="With --watch: agree to what edits delete or reset.")
@click.option("--spawn", is_flag=True, help="Start agents that are missing or dead, up to max_agents.")
@click.option("--cli", metavar="CLI", help="With --spawn: the CLI of every agent, whatever the plan says.")
@click.option(
    "--grace",
    type=DURATION,
    default=30.0,
    show_default=True,
    help="Wait so long for somebody to start a missing agent.",
)
@json_option
@town_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    watch: bool,
    pull: bool,
    yes: bool,
    spawn: bool,
    cli: str | None,
    grace: float,
    as_json: bool,
) -> int:
    """Release each task the moment its prerequisites are met, until nothing more can happen.

    Exit status 0 when everything completed, 5 when something failed or is blocked. One conductor is in charge
    of a town; another one stands by and takes over. It may be stopped and started again at any time.
    """
    from conductor.options import Options
    from tinytown.cli.conducting import Show, conduct, conductor_of, hiring, remind
    from tinytown.cli.following import following
    from tinytown.errors import UsageError

    if ((pull or yes) and not watch) or (cli and not spawn):
        raise UsageError("--pull and --yes go with --watch, and --cli with --spawn", "See: tt conductor --help")
    with open_town(ctx) as town:
        plan = None if watch else remind(town)
        options = Options(plan=plan, watch=watch, hiring=hiring(town, cli) if spawn else None, grace=grace)
        show = Show(as_json=as_json)
        try:
            if watch:
                with following(town, show, pull=pull, yes=yes) as observe:
                    summary = conduct(conductor_of(town, options, show, observe), show)
            else:
                summary = conduct(conductor_of(town, options, show), show)
        except KeyboardInterrupt:
            if on_terminal():
                note("")
            note("stopped conducting; agents finish what they have, nothing is lost. Go on with: tt conductor")
            raise
    return show.end(summary)
