"""`tt logs`: an agent's own log, or what a task has put out."""

import time
from collections.abc import Callable

import click

from tinytown.agents import Agent
from tinytown.cli.meant import agent_or_task
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, kind_option, town_option
from tinytown.cli.streaming import Stream
from tinytown.errors import NoOutputError, UsageError
from tinytown.logs import Tail, attempt_of, task_log
from tinytown.states import TaskState
from tinytown.tasks import Task
from tinytown.town import Town

LOOK_SECONDS = 0.2
"""So often a file that grows is looked at."""


@click.command(
    "logs",
    epilog=examples("tt logs coder -n 50", "tt logs build", "tt logs build --attempt 1", "tt logs build --follow"),
)
@town_option
@click.argument("name", metavar="AGENT|TASK")
@click.option("-n", "--lines", type=click.IntRange(min=0), help="Begin with the last N lines. [default: all]")
@click.option(
    "-f", "--follow", "go_on", is_flag=True, help="Go on with what is added, until Ctrl-C or the task ends."
)
@click.option("--attempt", type=click.IntRange(min=1), help="Of a task: this attempt. [default: the last]")
@kind_option
@click.pass_context
def command(
    ctx: click.Context, *, name: str, lines: int | None, go_on: bool, attempt: int | None, kind: str | None
) -> None:
    """Show the log of AGENT's own process, or what TASK has put out at its last attempt.

    What an agent's CLI puts out right now: tt attach AGENT.
    """
    with open_town(ctx) as town:
        held = agent_or_task(town, name, kind)
        if isinstance(held.value, Agent):
            if attempt is not None:
                raise UsageError("--attempt goes with a task", "Leave it out, or name a task.")
            path = town.site.log(held.value.name)
            if not path.exists():
                raise NoOutputError(f'agent "{held.value.name}" has no log here', f"It would be {path}.")
            _show(Tail(path, lines), (lambda: True) if go_on else None)
            return
        path = task_log(town.site, held.value, attempt)
        shown_attempt = attempt_of(path)
        _show(Tail(path, lines), (lambda: _runs(town, held.value, shown_attempt)) if go_on else None)


def _show(tail: Tail, grows: Callable[[], bool] | None) -> None:
    stream = Stream()
    while grows is not None and grows():
        stream.write(tail.more())
        time.sleep(LOOK_SECONDS)
    stream.write(tail.more())


def _runs(town: Town, task: Task, attempt: int) -> bool:
    """Whether an attempt goes on."""
    held = town.ledger.get(task.id)
    return held is not None and held.value.state is TaskState.RUNNING and held.value.attempt == attempt
