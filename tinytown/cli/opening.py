"""Opens the town that a command is about, and leaves it running."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tinytown.cli.options import TOWN
from tinytown.config import FILE, find
from tinytown.errors import NoTownError
from tinytown.towns import remember

if TYPE_CHECKING:
    from tinytown.town import Town

VARIABLE = "TINYTOWN_TOWN"
PLAN = "tasks.toml"


def asked_for(ctx: click.Context) -> bool:
    """Whether a town was named, by --town or by the environment."""
    return bool(ctx.meta.get(TOWN) or os.environ.get(VARIABLE))


def town_folder(ctx: click.Context) -> Path:
    """The folder that was asked for: by --town, by the environment, or the current one.

    Raises:
        NoTownError: There is no such folder.
    """
    said: str | None = ctx.meta.get(TOWN)
    if not asked_for(ctx):
        return _here()
    folder = Path(said or os.environ[VARIABLE])
    if not folder.is_dir():
        by = "--town" if said else VARIABLE
        raise NoTownError(f"{by} names {folder}, which is no folder", f"Correct {by}.")
    return folder


def _here() -> Path:
    """The current folder; or, in a folder of no town, the one town right below it: `tt init NAME` just made it."""
    here = Path()
    with suppress(NoTownError):
        find(here)
        return here
    if (here / PLAN).exists():  # what is meant is the plan here
        return here
    below: list[Path] = []
    with suppress(OSError):
        below = [path for path in here.iterdir() if (path / FILE).is_file()]
    return below[0] if len(below) == 1 else here


@contextmanager
def open_town(ctx: click.Context) -> Iterator["Town"]:
    """The town of this command, connected, its Redis started if need be.

    On leaving, only the connection is closed: what runs goes on running until `tt stop`.

    Args:
        ctx: The command's context.

    Raises:
        NoTownError, ConfigError: There is no town, or its tinytown.toml cannot be read.
        StoreError: Redis cannot be started or reached.
    """
    from tinytown.town import Town  # and Redis with it, which who looks for a folder or a file does not need

    town = Town.connect(town_folder(ctx))
    remember(town.root, town.name)
    try:
        yield town
    finally:
        town.connection.close()
