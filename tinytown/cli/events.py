"""`tt events`: what happened, and what happens."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import click

from tinytown.cli.listening import listen
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import paint, say, say_json_line
from tinytown.columns import clip
from tinytown.escape import shown
from tinytown.events import Event
from tinytown.town import Town

_BEGINNING = "0-0"
_LONGEST = 80
_COLOURS = {"completed": "green", "failed": "red", "error": "red", "cancelled": "yellow", "requeued": "yellow"}


@dataclass(frozen=True, slots=True)
class _Filter:
    """Which events are wanted: of one agent, of one task, or all."""

    agent: str | None
    task: str | None

    @property
    def narrow(self) -> bool:
        return self.agent is not None or self.task is not None

    def wants(self, event: Event) -> bool:
        return self.agent in (None, event.agent) and self.task in (None, event.task)


@click.command(
    "events",
    epilog=examples("tt events -n 50", "tt events --follow --agent coder", "tt events --task build --json"),
)
@town_option
@click.option("-n", "--count", type=click.IntRange(min=0), default=20, show_default=True, help="Show the last N.")
@click.option("-f", "--follow", "go_on", is_flag=True, help="Go on with what happens, until Ctrl-C.")
@click.option("--agent", help="Only what concerns this agent.")
@click.option("--task", help="Only what concerns this task.")
@json_option
@click.pass_context
def command(
    ctx: click.Context, count: int, agent: str | None, task: str | None, *, go_on: bool, as_json: bool
) -> None:
    """Show the last events of the town's journal, oldest first; --json prints one document a line."""
    with open_town(ctx) as town:
        wanted = _Filter(
            town.roster.find(agent).value.name if agent else None,
            str(town.ledger.find(task).value.id) if task else None,
        )
        for event in _events(town, wanted, count, go_on=go_on):
            if as_json:
                say_json_line(event.as_dict())
            else:
                say(_line(event))


def _events(town: Town, wanted: _Filter, count: int, *, go_on: bool) -> Iterator[Event]:
    last_id, past = _past(town, wanted, count)
    yield from past
    if go_on:
        yield from (event for event in listen(town.journal, last_id) if wanted.wants(event))


def _past(town: Town, wanted: _Filter, count: int) -> tuple[str, list[Event]]:
    """The last wanted events, and the id after which the next ones come."""
    if count == 0:
        return town.journal.last_id(), []
    last_id = _BEGINNING
    kept: deque[Event] = deque(maxlen=count)
    for event in town.journal.since(_BEGINNING) if wanted.narrow else town.journal.last(count):
        last_id = event.id
        if wanted.wants(event):
            kept.append(event)
    return last_id, list(kept)


def _line(event: Event) -> str:
    parts = [_clock(event.at), paint(shown(event.type), _COLOURS.get(event.type.rpartition(".")[2]))]
    if event.task:
        parts.append(shown(event.plan_id or event.task[:8]))
    if event.agent:
        parts.append(f"agent={shown(event.agent)}")
    if event.task and event.attempt:
        parts.append(f"attempt={event.attempt}")
    parts += [f"{shown(name)}={clip(shown(text), _LONGEST)}" for name, text in event.details.items()]
    return "  ".join(parts)


def _clock(at: str) -> str:
    try:
        return datetime.fromisoformat(at).astimezone().strftime("%H:%M:%S")
    except ValueError:
        return shown(at)
