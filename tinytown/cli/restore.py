"""`tt restore`: fills an empty town from a file of `tt save`."""

import sys
from pathlib import Path

import click

from tinytown.cli.asking import agree
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, say, say_json
from tinytown.cli.save import FILE
from tinytown.cli.words import count
from tinytown.errors import TinytownError
from tinytown.escape import shown


@click.command(
    "restore", epilog=examples("tt restore town.jsonl", "tt restore - < town.jsonl", "tt restore old.jsonl --force")
)
@click.argument("file", required=False)
@click.option("--force", is_flag=True, help="Replace what the town holds.")
@click.option("--yes", is_flag=True, help="With --force: do not ask.")
@json_option
@town_option
@click.pass_context
def command(ctx: click.Context, file: str | None, *, force: bool, yes: bool, as_json: bool) -> None:
    """Fill an empty town from FILE, which `tt save` has written.

    FILE is town.jsonl in the town's folder, if none is named; - is standard input. It may come from a town of
    another name. What was in work returns to pending; agents are there by name, and are started with `tt spawn`. A
    damaged file is refused whole. --force deletes what the town holds first; on a terminal it asks.
    """
    from tinytown.reset import belongings
    from tinytown.snapshot.reading import read
    from tinytown.snapshot.restore import filled, restore

    with open_town(ctx) as town:
        data = _data(file, town.root)
        snapshot = read(data)
        there = belongings(town.site)
        if there.filled:
            if not force:
                raise filled(town.site, there)
            # On a terminal it is asked; where nobody can be, --force has said it.
            agree(f"this replaces {there}", "", said=yes or not sys.stdin.isatty())
        done = restore(town.site, snapshot, replace=force and there.filled)
    if as_json:
        requeued = [str(task.id) for task in done.freed]
        numbers = {"tasks": len(snapshot.tasks), "agents": len(snapshot.agents)}
        say_json({"town": town.name, "from": snapshot.name, **numbers, "requeued": requeued})
        return
    told = f"{count(len(snapshot.tasks), 'task')} and {count(len(snapshot.agents), 'agent')}"
    origin = "" if snapshot.name == town.name else f' of town "{shown(snapshot.name)}"'
    freed = f"; {count(len(done.freed), 'task')} went back to pending" if done.freed else ""
    say(f"{icon('📂')}Restored {told}{origin}{freed}")


def _data(file: str | None, root: Path) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    path = Path(file) if file else root / FILE
    try:
        return path.read_bytes()
    except OSError as error:
        raise TinytownError(
            f"cannot read {path}: {error.strerror}", "Name a file that tt save has written."
        ) from None
