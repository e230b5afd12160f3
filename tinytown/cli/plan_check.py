"""`tt plan check`: all that is wrong with tasks.toml, and what of it can be corrected safely."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, note, say, say_json
from tinytown.cli.plan_file import plan_name, plan_path
from tinytown.errors import UsageError
from tinytown.escape import shown

if TYPE_CHECKING:
    from planner.read import Reading

_INVALID = 4
_FORMS = ("text", "json", "github", "sarif")


@click.command(
    "check",
    epilog=examples(
        "tt plan check",
        "tt plan check --fix",
        "tt plan check - < tasks.toml",
        "tt plan check --format sarif > findings.sarif",
    ),
)
@click.argument("file", required=False)
@click.option("--format", "form", type=click.Choice(_FORMS), default="text", help="The form. [default: text]")
@json_option
@click.option("--strict", is_flag=True, help="Let warnings fail too.")
@click.option("--fix", is_flag=True, help="Correct what has one safe correction, then check again.")
@town_option
@click.pass_context
def command(ctx: click.Context, file: str | None, form: str, *, as_json: bool, strict: bool, fix: bool) -> int:
    """Check FILE (tasks.toml; - for standard input) and print all that is wrong with it.

    Exit status 4 if there are errors. `tt explain CODE` tells more about a finding.
    """
    from planner.read import read_plan

    form = "json" if as_json else form
    piped = file == "-"
    if piped and fix:
        raise UsageError("--fix cannot change standard input", "Give it a file.")
    path = Path("-") if piped else plan_path(ctx, Path(file) if file else None)
    name = "<stdin>" if piped else _name(path) if form in ("github", "sarif") else plan_name(path)
    reading = read_plan(sys.stdin.buffer.read() if piped else path, name)
    if fix:
        reading = _fixed(path, reading, form)
    _PRINTERS[form](reading)
    return _INVALID if reading.plan is None or (strict and reading.findings) else 0


def _name(path: Path) -> str:
    """How tools call a file: relative to the working directory, or absolute if it lies elsewhere."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100  a symlink keeps the name that the repository knows
    here = Path.cwd()
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else absolute)


def _fixed(path: Path, reading: "Reading", form: str) -> "Reading":
    """Writes the file with its safe corrections and tells them. Returns what is left."""
    from planner.edit.fix import corrected
    from planner.read import read_plan
    from tinytown.replace import replace_file

    if not path.is_file():
        raise UsageError(f"--fix cannot change {path}, which is no file", "Give it a file.")
    result = corrected(reading)
    if result.done:
        replace_file(path, reading.source.data, result.data)
    tell = say if form == "text" else note
    for one in result.done:
        tell(f"{icon('🔧')}fixed {shown(one.told)}")
    return read_plan(result.data, reading.source.name)


def _say_text(reading: "Reading") -> None:
    from planner.diagnostics.text import counted, rendered
    from planner.edit.fix import offers
    from tinytown.cli.ink import ink_for

    if not reading.findings:
        say(f"{icon('✅')}{shown(reading.source.name)}: no findings")
        return
    say(rendered(reading.findings, reading.source, ink_for(sys.stdout)))
    say()
    safe = len(offers(reading))
    if safe:
        say(f"{safe} of these can be corrected safely: tt plan check --fix")
    worst = min(reading.findings, key=lambda found: found.severity != "error")
    say(f"{counted(reading.findings)} (more about {worst.code}: tt explain {worst.code})")


def _say_json(reading: "Reading") -> None:
    say_json([found.as_dict() for found in reading.findings])


def _say_github(reading: "Reading") -> None:
    from planner.diagnostics.github import annotations

    if reading.findings:
        say(annotations(reading.findings))


def _say_sarif(reading: "Reading") -> None:
    from importlib.metadata import version

    from planner.diagnostics.sarif import Replacement, sarif
    from planner.edit.fix import offers

    fixes = {
        found: [Replacement(reading.source.span(one.start, one.end), one.text.decode()) for one in splices]
        for found, splices in offers(reading).items()
    }
    say_json(sarif(reading.findings, version=version("tinytown"), fixes=fixes))


_PRINTERS = {"text": _say_text, "json": _say_json, "github": _say_github, "sarif": _say_sarif}
