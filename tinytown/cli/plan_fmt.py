"""`tt plan fmt`: puts tasks.toml into canonical form."""

import sys
from pathlib import Path

import click

from tinytown.cli.options import examples, town_option
from tinytown.cli.output import icon, say
from tinytown.cli.plan_file import plan_name, plan_path
from tinytown.escape import shown

_DIFFERENCES = 6


@click.command("fmt", epilog=examples("tt plan fmt", "tt plan fmt --check", "tt plan fmt --diff", "tt plan fmt -"))
@click.argument("file", required=False)
@click.option("--check", is_flag=True, help="Write nothing; exit status 6 if something would change.")
@click.option("--diff", "as_diff", is_flag=True, help="Write nothing; print what would change.")
@town_option
@click.pass_context
def command(ctx: click.Context, file: str | None, *, check: bool, as_diff: bool) -> int:
    """Put FILE (tasks.toml; - for standard input, to standard output) into canonical form.

    The keys of each task get their order, one empty line stands before each table, and what is written in several
    ways is written in one. What the file means stays, and so does every comment; tables stay where they are.
    """
    from planner.document import Document, parse
    from planner.edit.format import formatted
    from planner.read import PlanFindingsError, Reading, read_bytes
    from planner.source import Source
    from tinytown.cli.difference import difference
    from tinytown.cli.findings import explained
    from tinytown.replace import replace_file

    path = None if file == "-" else plan_path(ctx, Path(file) if file else None)
    data = read_bytes(path) if path else sys.stdin.buffer.read()
    source = Source(plan_name(path) if path else "<stdin>", data)
    document = parse(source)
    with explained():
        if not isinstance(document, Document):
            raise PlanFindingsError(Reading(source, None, None, (document,)))
    after = formatted(document)
    if as_diff:
        if after != data:
            say(difference(source.name, data, after))
    elif check:
        say(f"{shown(source.name)}: {'would change' if after != data else 'nothing to change'}")
    elif path is None:
        click.echo(after, nl=False)
    elif after == data:
        say(f"{shown(source.name)}: nothing to change")
    else:
        replace_file(path, data, after)
        say(f"{icon('✨')}{shown(source.name)}: formatted")
    return _DIFFERENCES if check and after != data else 0
