"""`tt history`: the messages that went to and fro."""

from collections import deque
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import click

from tinytown.cli.listening import listen
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import paint, say, say_json_line
from tinytown.cli.words import local
from tinytown.correspondence import READ, SENT, concerns, whole_text
from tinytown.escape import shown
from tinytown.events import Event
from tinytown.ids import CONDUCTOR, CONDUCTOR_NAMES
from tinytown.town import Town

_BEGINNING = "0-0"


@click.command("history", epilog=examples("tt history", "tt history coder -n 50", "tt history --follow --json"))
@town_option
@click.argument("agent", required=False)
@click.option("-n", "--count", type=click.IntRange(min=0), default=20, show_default=True, help="Show the last N.")
@click.option("-f", "--follow", "go_on", is_flag=True, help="Go on with what is said, until Ctrl-C.")
@json_option
@click.pass_context
def command(ctx: click.Context, agent: str | None, count: int, *, go_on: bool, as_json: bool) -> None:
    """Show the messages from and to AGENT, or all, the newest last; --json prints one document a line.

    Assignments of tasks are in `tt events`. One that its receiver has dealt with is marked as read.
    """
    with open_town(ctx) as town:
        name = None if agent is None else _name(town, agent)
        last_id, past, read = _past(town, name, count)
        for event in past:
            _say(town, event, read=event.details.get("message") in read, as_json=as_json)
        for event in _coming(town, name, last_id) if go_on else ():
            _say(town, event, read=False, as_json=as_json)


def _name(town: Town, reference: str) -> str:
    if reference.strip().lower() in CONDUCTOR_NAMES:
        return CONDUCTOR
    return town.roster.find(reference).value.name


def _past(town: Town, name: str | None, count: int) -> tuple[str, list[Event], set[str]]:
    """The last event that was looked at, the last wanted messages, and the ids of those that were read."""
    last_id, read = _BEGINNING, set[str]()
    kept: deque[Event] = deque(maxlen=count)
    for event in town.journal.since(_BEGINNING):
        last_id = event.id
        if event.type == READ:
            read.add(event.details.get("message", ""))
        elif concerns(event, name):
            kept.append(event)
    return last_id, list(kept), read


def _coming(town: Town, name: str | None, last_id: str) -> Iterator[Event]:
    return (event for event in listen(town.journal, last_id) if event.type == SENT and concerns(event, name))


def _say(town: Town, event: Event, *, read: bool, as_json: bool) -> None:
    text, left_out = whole_text(town.site, event)
    if as_json:
        told: dict[str, Any] = {**event.as_dict(), "text": text, "left_out": left_out, "read": read}
        say_json_line(told)
        return
    details = event.details
    answers = f", answers {details['correlation_id'][:8]}" if "correlation_id" in details else ""
    about = f"({details.get('priority')}, id {details.get('message', '')[:8]}{answers}{', read' if read else ''})"
    parties = f"{details.get('from')} -> {details.get('to')}"
    kind = shown(details.get("kind", ""))
    say(f"{_clock(event.at)}  {paint(shown(parties), bold=True)}  {kind}  {paint(shown(about), dim=True)}")
    say("\n".join(f"  {line}" for line in shown(text, lines=True).splitlines()) or "  (nothing)")
    if left_out:
        say(f"  [… {left_out} more characters are not kept …]")


def _clock(at: str) -> str:
    try:
        return local(datetime.fromisoformat(at))
    except ValueError:
        return shown(at)
