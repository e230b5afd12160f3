"""`tt schema`: the JSON Schema of what a command prints with --json."""

import json
from pathlib import Path

import click

from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import say_json


@click.command("schema", epilog=examples("tt schema", "tt schema task", "tt schema --out schemas"))
@click.argument("name", required=False)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Write all, as files, into a folder.")
@json_option
@town_option
def command(name: str | None, *, out: Path | None, as_json: bool) -> None:
    """Print the JSON Schema (2020-12) of a document; without NAME, list the documents and who prints them."""
    from tinytown.schemas.catalogue import CATALOGUE, document

    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for one in [document(name)] if name else CATALOGUE.values():
            text = json.dumps(one.schema(), ensure_ascii=False, indent=2)
            (out / f"{one.name}.schema.json").write_text(f"{text}\n", encoding="utf-8")
    elif name is not None:
        say_json(document(name).schema())
    elif as_json:
        say_json({one.name: list(one.commands) for one in CATALOGUE.values()})
    else:
        from tinytown.cli.table import say_table

        say_table(
            ("SCHEMA", "PRINTED WITH --json BY"), [(o.name, ", ".join(o.commands)) for o in CATALOGUE.values()]
        )
