"""Which file a command about the plan means."""

from pathlib import Path

import click

from tinytown import config as configuration
from tinytown.cli.opening import town_folder
from tinytown.errors import NoTownError

FILE = "tasks.toml"

file_option = click.option(
    "--file", type=click.Path(path_type=Path), help="The plan. [default: tasks.toml of the town]"
)
"""Accepts `--file PATH` as the parameter `file`."""


def plan_path(ctx: click.Context, file: Path | None) -> Path:
    """The file that was named, or else the town's; a plan can be written and read before there is a town."""
    if file is not None:
        return file
    folder = town_folder(ctx)
    try:
        return configuration.find(folder) / FILE
    except NoTownError:
        return folder / FILE


def plan_name(path: Path) -> str:
    """How messages call a file: its path from here, if it lies below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
