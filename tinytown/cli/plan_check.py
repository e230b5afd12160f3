"""`tt plan check`: all that is wrong with tasks.toml."""

import sys
from pathlib import Path

import click

from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, say, say_json
from tinytown.cli.plan_file import plan_path
from tinytown.escape import shown

_INVALID = 4


@click.command("check", epilog=examples("tt plan check", "tt plan check - < tasks.toml", "tt plan check --json"))
@click.argument("file", required=False)
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", help="How to print findings."
)
@json_option
@click.option("--strict", is_flag=True, help="Let warnings fail too.")
@town_option
@click.pass_context
def command(ctx: click.Context, file: str | None, style: str, *, as_json: bool, strict: bool) -> int:
    """Check FILE (tasks.toml; - for standard input) and print all that is wrong with it.

    Exit status 4 if there are errors.
    """
    from planner.read import read_plan

    if file == "-":
        reading = read_plan(sys.stdin.buffer.read(), "<stdin>")
    else:
        reading = read_plan(plan_path(ctx, Path(file) if file else None))
    if as_json or style == "json":
        say_json([found.as_dict() for found in reading.findings])
    elif reading.findings:
        say(reading.text)
    else:
        say(f"{icon('✅')}{shown(reading.source.name)}: no findings")
    return _INVALID if reading.plan is None or (strict and reading.findings) else 0
