"""`tt events`: what happened, and what happens."""

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime

import click

from tinytown.cli.listening import listen
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import paint, say, say_json_line
from tinytown.columns import clip
from tinytown.errors import UnknownAgentError, UnknownTaskError
from tinytown.escape import shown
from tinytown.event_filter import EventFilter, id_before
from tinytown.events import Event
from tinytown.patience import Patience
from tinytown.town import Town

_BEGINNING = "0-0"
_DEFAULT = 20
_LONGEST = 80
_COLOURS = {"completed": "green", "failed": "red", "error": "red", "cancelled": "yellow", "requeued": "yellow"}


@click.command(
    "events",
    epilog=examples(
        "tt events -n 50",
        "tt events --follow --agent coder",
        "tt events --since 10m --type task.failed --type 'agent.*'",
        "tt events --since 1795634400000-0 --follow --json",
    ),
)
@town_option
@click.option("-n", "--count", type=click.IntRange(min=0), help="The last N. [default: 20; all with --since]")
@click.option("-f", "--follow", "go_on", is_flag=True, help="Go on with what happens, until Ctrl-C.")
@click.option("--since", metavar="WHEN", help="Only after 10m ago, a moment of RFC 3339, or an event's id.")
@click.option("--agent", "agents", metavar="NAME", multiple=True, help="Only what concerns this agent; repeatable.")
@click.option("--task", "tasks", metavar="TASK", multiple=True, help="Only what concerns this task; repeatable.")
@click.option("--type", "types", metavar="TYPE", multiple=True, help="Only task.failed, or task.*; repeatable.")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    count: int | None,
    since: str | None,
    agents: tuple[str, ...],
    tasks: tuple[str, ...],
    types: tuple[str, ...],
    go_on: bool,
    as_json: bool,
) -> None:
    """Show the last events of the town's journal, oldest first; --json prints one document a line.

    With --follow nothing is lost between past and present, nor while Redis is away for a moment: whoever stops
    reading goes on with --since and the last id.
    """
    with open_town(ctx) as town:
        wanted = EventFilter(
            tuple(_agent(town, agent) for agent in agents), tuple(_task(town, task) for task in tasks), types
        )
        start = _BEGINNING if since is None else id_before(since, _redis_clock(town))
        most = _DEFAULT if count is None and since is None else count
        for event in _events(town, wanted, start, most, go_on=go_on):
            if as_json:
                say_json_line(event.as_dict())
            else:
                say(_line(event))


def _agent(town: Town, reference: str) -> str:
    """The name of an agent that is there, or that the journal still knows."""
    try:
        return town.roster.find(reference).value.name
    except UnknownAgentError:
        if any(event.agent == reference for event in town.journal.since(_BEGINNING)):
            return reference
        raise


def _task(town: Town, reference: str) -> str:
    """The id of a task that is there, or that was deleted and that the journal still knows."""
    try:
        return str(town.ledger.find(reference).value.id)
    except UnknownTaskError:
        for event in town.journal.since(_BEGINNING):
            if event.task is not None and reference in (event.task, event.plan_id):
                return event.task
        raise


def _redis_clock(town: Town) -> datetime:
    secs, micros = town.connection.run("TIME")
    return datetime.fromtimestamp(int(secs) + int(micros) / 1e6, UTC)


def _events(town: Town, wanted: EventFilter, start: str, most: int | None, *, go_on: bool) -> Iterator[Event]:
    last_id, past = _past(town, wanted, start, most)
    yield from past
    if go_on:
        patience = Patience(town.connection)
        yield from (event for event in listen(town.journal, last_id, patience.wait) if wanted.wants(event))


def _past(town: Town, wanted: EventFilter, start: str, most: int | None) -> tuple[str, list[Event]]:
    """The last wanted events, and the id after which the next ones come."""
    if most == 0:
        return town.journal.last_id(), []
    quick = most is not None and start == _BEGINNING and not wanted.narrow
    last_id = start
    kept: deque[Event] = deque(maxlen=most)
    for event in town.journal.last(most or 0) if quick else town.journal.since(start):
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
