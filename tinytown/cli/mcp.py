"""`tt mcp`: serves the town to a coding agent by the Model Context Protocol."""

import logging
import os
import signal
import threading
from types import FrameType

import click

from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, town_option
from tinytown.errors import TinytownError


@click.command("mcp", epilog=examples("tt mcp --name cursor-1", "tt mcp --name reviewer --role reviewer"))
@town_option
@click.option("--name", help="What the agent is called. [default: the first free one of mcp-1, mcp-2 …]")
@click.option("--role", help="What tasks with `role = …` it answers to.")
@click.pass_context
def command(ctx: click.Context, name: str | None, role: str | None) -> None:
    """Serve the town on standard input and output to one client, which is an agent of the town as long as it runs.

    A coding agent starts this by itself, once it is told of the command. The client finds the plan, claims tasks
    and reports on them; what it has in its hands when it ends, or dies, goes back.
    """
    try:
        from tinytown.mcp.serve import serve
    except ModuleNotFoundError as error:
        raise TinytownError(
            f"the Model Context Protocol needs a package that is not installed: {error.name}",
            "Install it: pip install 'tinytown[mcp]'",
        ) from None
    from tinytown.mcp.session import session

    with open_town(ctx) as town, session(town, name, role, _exit) as here:
        _log_into(town.site.log(here.me.name))
        _on_signal(here.ending)
        serve(here)


def _exit() -> None:
    os._exit(0)  # standard input may be silent for ever, and the SDK waits for it


def _log_into(log: "os.PathLike[str]") -> None:
    logging.basicConfig(
        filename=log, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", encoding="utf-8"
    )


def _on_signal(ending: threading.Event) -> None:
    def end(_number: int, _frame: FrameType | None) -> None:
        ending.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)
