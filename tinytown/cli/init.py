"""`tt init`: makes a town."""

import os
import re
from pathlib import Path

import click

from tinytown.cli.opening import VARIABLE
from tinytown.cli.options import TOWN, examples, town_option
from tinytown.cli.output import icon, say
from tinytown.clis import resolve
from tinytown.config import FILE, RUNTIME, Config
from tinytown.errors import StoreError, UsageError
from tinytown.escape import shown
from tinytown.ids import check_name
from tinytown.town import Town
from tinytown.towns import remember

_UNLAWFUL = re.compile(r"[\x00-\x1f\x7f-\x9f:*?\[\]/\\\s]+")
_LONGEST = 50


@click.command(
    "init",
    epilog=examples("tt init", "tt init my-project", "tt init --name demo --cli codex", "tt init --agents-md"),
)
@town_option
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--name", help="What it is called. [default: the folder's name]")
@click.option("--cli", help="What agents run that name no CLI. [default: what your defaults say, or claude]")
@click.option("--agents-md", is_flag=True, help="Tell coding agents in AGENTS.md how to report; of a town, too.")
@click.pass_context
def command(ctx: click.Context, folder: Path | None, name: str | None, cli: str | None, *, agents_md: bool) -> None:
    """Make a town in FOLDER, or the current one: tinytown.toml, .tt/ (kept out of git), and its Redis.

    Nothing is made if the name or the CLI will not do. If only Redis cannot be started, the town stands
    nevertheless: put that right, then `tt start`.
    """
    said = ctx.meta.get(TOWN)
    if folder is not None and said is not None:
        raise UsageError(f"FOLDER is {folder}, --town is {said}", "Say one of them.")
    root = Path(folder or said or os.environ.get(VARIABLE) or ".").resolve()
    if agents_md and (root / FILE).is_file():
        _tell_agents(root)
        return
    town_name = check_name(lawful_name(root.name) if name is None else name, "town")
    if cli is not None:
        resolve(cli, Config(name=town_name))
    try:
        town = Town.init(root, town_name, cli)
    except StoreError as error:
        raise StoreError(
            f'town "{town_name}" is made, but its Redis does not start: {error.message}',
            f"{error.remedy} Then: tt start",
        ) from error
    remember(town.root, town.name)
    town.connection.close()
    say(f'{icon("🏡")}Town "{shown(town.name)}" is made in {shown(str(root))}')
    say(f"  {FILE}  what it is called, and what its agents run")
    say(f"  {RUNTIME}/           its Redis and its logs; .gitignore leaves it out")
    if agents_md:
        _tell_agents(root)
    say("Next: tt spawn worker-1, then tt assign worker-1 'what is to be done'")


def _tell_agents(root: Path) -> None:
    from tinytown.agents_md import FILE as AGENTS_FILE
    from tinytown.agents_md import write_section

    changed = write_section(root)
    say(f"{AGENTS_FILE} {'tells' if changed else 'tells already'} coding agents how to report")


def lawful_name(folder: str) -> str:
    """A town's name made of a folder's."""
    name = _UNLAWFUL.sub("-", folder).lstrip(".-").rstrip("-")
    return name.encode()[:_LONGEST].decode(errors="ignore") or "town"
