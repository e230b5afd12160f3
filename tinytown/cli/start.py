"""`tt start`: starts the town's Redis, and with --foreground keeps the town up until Ctrl-C."""

import click

from tinytown.cli.interrupting import interruptible
from tinytown.cli.listening import listen
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, town_option
from tinytown.cli.output import icon, say
from tinytown.cli.stop import report_stop, stop_town
from tinytown.errors import TownStoppedError
from tinytown.escape import shown
from tinytown.town import Town


@click.command("start", epilog=examples("tt start", "tt start --foreground"))
@town_option
@click.option("--foreground", is_flag=True, help="Stay until Ctrl-C, then stop the town as `tt stop` does.")
@click.pass_context
def command(ctx: click.Context, *, foreground: bool) -> None:
    """Start the town's Redis.

    It stays up in the background, with this terminal closed too, until `tt stop`; agents are started by
    `tt spawn`. With --foreground the command stays as well, and starts Redis again should it die.
    """
    with open_town(ctx) as town:
        where = shown(str(town.connection.address))
        how = "is started" if town.started_redis else "runs"
        say(f'{icon("🚀")}Town "{shown(town.name)}": Redis {how} at {where}')
        if foreground:
            _stay(town)
        elif town.server is not None:
            say("It stays up in the background; tt stop stops it.")


def _stay(town: Town) -> None:
    say("Ctrl-C stops the town.")
    try:
        with interruptible():
            for _ in listen(town.journal, town.journal.last_id()):
                pass
    except TownStoppedError:
        say("The town was stopped.")
    except KeyboardInterrupt:
        report_stop(town, stop_town(town, drain=False))
