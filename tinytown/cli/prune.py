"""`tt prune`: removes the records of agents that are gone."""

import sys
from collections.abc import Sequence
from typing import Any

import click

from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, note, say, say_json
from tinytown.cli.words import count
from tinytown.errors import StaleError, UsageError
from tinytown.escape import clipped, shown
from tinytown.prune import Estate, estates, prune
from tinytown.tasks import Task


@click.command("prune", epilog=examples("tt prune", "tt prune --all --yes"))
@town_option
@click.option("--all", "everybody", is_flag=True, help="Also those that never started, or died on another machine.")
@click.option("--yes", is_flag=True, help="Remove them although there are messages that nobody has read.")
@json_option
@click.pass_context
def command(ctx: click.Context, *, everybody: bool, yes: bool, as_json: bool) -> None:
    """Remove the records and mailboxes of agents that have stopped or died; never one that lives.

    Tasks that they were given by hand go to the backlog, those of the plan return to pending. Messages that nobody
    has read are named, and go only with --yes. Logs and results stay.
    """
    with open_town(ctx) as town:
        found = estates(town.site, everybody=everybody)
        if not yes:
            _agree(found)
        removed: list[Estate] = []
        backlog: list[Task] = []
        for estate in found:
            try:
                backlog += prune(town.site, estate)
            except StaleError:
                note(f'tt: agent "{shown(estate.held.value.name)}" has changed in the meantime; it stays.')
            else:
                removed.append(estate)
    if as_json:
        say_json(_document(removed, backlog))
    elif not found:
        say("No agents to remove.")
    else:
        _say(removed, backlog)


def _agree(found: Sequence[Estate]) -> None:
    """Asks at the terminal before messages are thrown away; without one it takes --yes."""
    lines = _unread(found)
    if not lines:
        return
    what = f"{count(len(lines), 'message')} that nobody has read"
    if not sys.stdin.isatty():
        raise UsageError(f"this throws away {what}: {'; '.join(lines)}", "Say that it is meant: --yes")
    note(f"This throws away {what}:")
    for line in lines:
        note(f"  {shown(line)}")
    click.confirm("Do it?", abort=True, err=True)


def _unread(found: Sequence[Estate]) -> list[str]:
    """The messages that nobody has read, a line each."""
    return [
        f"{estate.held.value.name}: {one.message.type if one.message else 'what is no message'}: "
        f"{clipped(one.message.text if one.message else one.text)}"
        for estate in found
        for one in estate.unread
    ]


def _document(removed: Sequence[Estate], backlog: Sequence[Task]) -> dict[str, Any]:
    unread = [one.message for estate in removed for one in estate.unread if one.message is not None]
    return {
        "removed": [estate.held.value.model_dump(mode="json") for estate in removed],
        "backlog": [task.model_dump(mode="json") for task in backlog],
        "unread": [message.model_dump(mode="json", by_alias=True) for message in unread],
    }


def _say(removed: Sequence[Estate], backlog: Sequence[Task]) -> None:
    names = ", ".join(shown(estate.held.value.name) for estate in removed)
    say(f"{icon('🗑️')}Removed {count(len(removed), 'agent')}{f': {names}' if names else ''}")
    for line in _unread(removed):
        say(f"  thrown away unread: {shown(line)}")
    for task in backlog:
        say(f"  {shown(task.label)} is in the backlog now: {clipped(task.description)}")
