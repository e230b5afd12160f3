"""`tt towns`: the towns that this user has worked with."""

from pathlib import Path
from typing import Any

import click

from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import say, say_json
from tinytown.cli.table import say_table
from tinytown.cli.words import count
from tinytown.errors import UsageError
from tinytown.escape import shown
from tinytown.glance import Glance, look_at
from tinytown.states import TaskState
from tinytown.towns import forget, known

_HEADER = ("TOWN", "REDIS", "AGENTS", "TASKS", "PATH")


@click.command(
    "towns", epilog=examples("tt towns", "tt towns --json", "tt towns --forget ~/old", "tt towns --prune")
)
@town_option
@click.option(
    "--forget", "paths", metavar="PATH", multiple=True, help="Forget the town in this folder; repeatable."
)
@click.option("--prune", is_flag=True, help="Forget the towns whose folders are gone.")
@json_option
def command(*, paths: tuple[str, ...], prune: bool, as_json: bool) -> None:
    """Show the towns that you have worked with: whether each runs, its agents alive, its tasks.

    Nothing is started for it. Forgetting a town leaves its folder as it is.
    """
    if paths or prune:
        _forget(paths, prune=prune)
        return
    seen = [look_at(town) for town in known()]
    if as_json:
        say_json([_document(one) for one in seen])
        return
    if not seen:
        say("No towns. tt init makes one.")
        return
    say_table(_HEADER, [_row(one) for one in seen])


def _forget(paths: tuple[str, ...], *, prune: bool) -> None:
    wanted = [Path(path).expanduser().resolve() for path in paths]
    there = known()
    for path in wanted:
        if path not in [town.path for town in there]:
            raise UsageError(f"no town is known in {path}", "`tt towns` lists them.")
    gone = [town.path for town in there if prune and look_at(town).condition == "gone"]
    forgotten = forget([*wanted, *gone])
    for town in forgotten:
        say(f"Forgot {shown(town.name)}, {shown(str(town.path))}")
    if not forgotten:
        say(f"Nothing to forget: {count(len(there), 'town')}, none of them gone.")


def _document(seen: Glance) -> dict[str, Any]:
    running = seen.condition == "running"
    return {
        "name": seen.name,
        "path": str(seen.path),
        "redis": seen.condition,
        "agents": seen.agents if running else None,
        "tasks": {state.value: seen.tasks.get(state.value, 0) for state in TaskState} if running else None,
        "trouble": seen.trouble or None,
    }


def _row(seen: Glance) -> tuple[str, ...]:
    running = seen.condition == "running"
    tasks = ", ".join(f"{state.value} {seen.tasks[state]}" for state in TaskState if seen.tasks.get(state))
    return (
        shown(seen.name),
        seen.condition,
        str(seen.agents) if running else "-",
        (tasks or "none") if running else "-",
        shown(str(seen.path)),
    )
