"""`tt export`: tables for spreadsheets and other programs."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from tinytown.attempts import Attempt, attempts
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, town_option
from tinytown.cli.output import icon, note
from tinytown.escape import shown
from tinytown.export import Row, as_csv, as_json
from tinytown.replace import write_file
from tinytown.tasks import Task
from tinytown.town import Town

_BEGINNING = "0-0"


@click.command(
    "export",
    epilog=examples(
        "tt export --format csv > tasks.csv",
        "tt export --format csv --what durations durations.csv",
        "tt export --format json --what events - | jq length",
    ),
)
@click.argument("file", default="-")
@click.option("--format", "form", type=click.Choice(("json", "csv")), default="csv", show_default=True)
@click.option(
    "--what",
    type=click.Choice(("tasks", "events", "durations")),
    default="tasks",
    show_default=True,
    help="Tasks with all their fields, the journal, or how long each attempt has waited and run.",
)
@town_option
@click.pass_context
def command(ctx: click.Context, file: str, form: str, what: str) -> None:
    """Write a table to FILE, or to standard output.

    In CSV a text that a spreadsheet would execute as a formula (it begins with = + - @) has an apostrophe before
    it; JSON has every text as it is. Durations are those of the attempts that the journal still tells of.
    """
    with open_town(ctx) as town:
        columns, rows = _TABLES[what](town)
    text = as_json(rows) if form == "json" else as_csv(columns, rows)
    data = text.encode(errors="backslashreplace")
    if file == "-":
        click.echo(data, nl=False)
        return
    write_file(Path(file), data)
    note(f"{icon('📊')}Wrote {len(rows)} {what} to {shown(file)}")


def _tasks(town: Town) -> tuple[Sequence[str], list[Row]]:
    names = {str(ident): held.value.name for ident, held in town.roster.all().items()}
    rows: list[Row] = []
    for held in town.ledger.all().values():
        told: dict[str, Any] = held.value.model_dump(mode="json")
        rows.append({**told, "assigned_to_name": names.get(told["assigned_to"] or "")})
    return (*Task.model_fields, "assigned_to_name"), rows


def _events(town: Town) -> tuple[Sequence[str], list[Row]]:
    rows: list[Row] = [event.as_dict() for event in town.journal.since(_BEGINNING)]
    return ("id", "type", "at", "task", "plan_id", "agent", "attempt", "state"), rows


def _durations(town: Town) -> tuple[Sequence[str], list[Row]]:
    rows: list[Row] = [one.as_dict() for one in attempts(town.journal.since(_BEGINNING))]
    return tuple(Attempt("", None, 1).as_dict()), rows


_TABLES: dict[str, Callable[[Town], tuple[Sequence[str], list[Row]]]] = {
    "tasks": _tasks,
    "events": _events,
    "durations": _durations,
}
