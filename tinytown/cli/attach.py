"""`tt attach`: follows what an agent's CLI puts out."""

from collections.abc import Iterator

import click

from tinytown.cli.logs import LOOK_SECONDS
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, town_option
from tinytown.cli.output import note
from tinytown.cli.streaming import Stream
from tinytown.escape import shown
from tinytown.events import Event
from tinytown.logs import Tail, attempt_log
from tinytown.town import Town

_TOLD = ("agent.idle", "agent.paused", "agent.draining", "agent.stopped", "agent.error")


@click.command("attach", epilog=examples("tt attach coder", "tt attach coder -n 0"))
@town_option
@click.argument("agent")
@click.option("-n", "--lines", type=click.IntRange(min=0), help="Begin with the last N lines. [default: all]")
@click.pass_context
def command(ctx: click.Context, agent: str, lines: int | None) -> None:
    """Follow what AGENT's CLI puts out at its present task, then at the next ones, until Ctrl-C.

    Which task it is, and how the agent is, is told on standard error.
    """
    with open_town(ctx) as town:
        since = town.journal.last_id()
        held = town.roster.find(agent)
        name = held.value.name
        stream = Stream()
        tail: Tail | None = None
        task = town.ledger.get(held.value.current_task) if held.value.current_task else None
        if task is None:
            note(f'Agent "{shown(name)}" is {held.value.state}; waiting for its next task.')
        else:
            note(_headline(task.value.label, task.value.attempt))
            tail = Tail(attempt_log(town.site, name, task.value.label, task.value.attempt), lines)
        for event in _heard(town, since):
            if tail is not None:
                stream.write(tail.more())
            if event is None or event.agent != name:
                continue
            if event.type == "task.started" and event.task is not None:
                label = event.plan_id or event.task[:8]
                note(_headline(label, event.attempt or 1))
                tail = Tail(attempt_log(town.site, name, label, event.attempt or 1))
            elif event.type in _TOLD:
                note(f'Agent "{shown(name)}" is {event.state}.')


def _headline(label: str, attempt: int) -> str:
    return f"--- {shown(label)}, attempt {attempt}"


def _heard(town: Town, since: str) -> Iterator[Event | None]:
    """What happens, and None whenever it is time to look at the output again."""
    while True:
        for event in town.journal.follow(since, LOOK_SECONDS):
            since = event.id
            yield event
        yield None
