"""`tt save`: the town as a file."""

from pathlib import Path

import click

from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, say, say_json
from tinytown.cli.words import count
from tinytown.errors import UsageError
from tinytown.escape import shown

FILE = "town.jsonl"
"""The snapshot's name in the town's folder, if none is given."""


@click.command("save", epilog=examples("tt save", "tt save before.jsonl --events", "tt save - | gzip > t.gz"))
@click.argument("file", required=False)
@click.option("--events", is_flag=True, help="The journal too.")
@json_option
@town_option
@click.pass_context
def command(ctx: click.Context, file: str | None, *, events: bool, as_json: bool) -> None:
    """Save tasks, agents, messages and the plan's state to FILE.

    FILE is town.jsonl in the town's folder, if none is named; - is standard output. It has one JSON document a
    line, always in the same order, so that git shows what has changed. It is taken at one moment, also while the
    town is at work; processes, heartbeats and leases are not in it. It holds the texts of tasks, results and
    messages: look at it before you publish it.
    """
    from tinytown.replace import write_file
    from tinytown.snapshot.lines import written
    from tinytown.snapshot.take import take

    if file == "-" and as_json:
        raise UsageError("--json does not go with - as the file", "A snapshot is JSON lines already.")
    with open_town(ctx) as town:
        snapshot = take(town.site, events=events)
        data = written(snapshot)
        if file == "-":
            click.echo(data, nl=False)
            return
        path = Path(file) if file else town.root / FILE
        write_file(path, data)
    numbers = {
        "tasks": len(snapshot.tasks),
        "agents": len(snapshot.agents),
        "messages": sum(map(len, snapshot.mail.values())),
    }
    if snapshot.events is not None:
        numbers["events"] = len(snapshot.events)
    if as_json:
        say_json({"file": str(path), **numbers})
        return
    told = ", ".join(count(number, noun.removesuffix("s")) for noun, number in numbers.items())
    say(f"{icon('💾')}Saved {told} to {shown(str(path))}")
