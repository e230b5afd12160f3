"""`tt plan merge`: merges three versions of a plan, for git."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from tinytown.cli.options import examples, town_option
from tinytown.cli.output import note
from tinytown.errors import TinytownError
from tinytown.escape import shown

if TYPE_CHECKING:
    from planner.edit.merge import Merged
    from planner.edit.three.agree import Lines, Text

_FAILED = 128
"""git says how many conflicts there are, up to 127; from here on, that it could not do it."""
_VERSION = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    "merge",
    epilog=examples(
        'git config merge.tinytown.driver "tt plan merge %O %A %B --path %P --marker-size %L"',
        'echo "tasks.toml merge=tinytown" >> .gitattributes',
        "tt plan merge base.toml mine.toml yours.toml --output -",
    ),
)
@click.argument("base", type=_VERSION)
@click.argument("ours", type=_VERSION)
@click.argument("theirs", type=_VERSION)
@click.option("--output", metavar="FILE", help="Write there, - for standard output. [default: OURS]")
@click.option("--path", "name", default="tasks.toml", metavar="NAME", help="What messages call the plan.")
@click.option(
    "--marker-size", "size", type=click.IntRange(min=1), default=7, metavar="N", help="How long markers are."
)
@town_option
def command(base: Path, ours: Path, theirs: Path, *, output: str | None, name: str, size: int) -> None:
    """Merge what became of the plan BASE in OURS and in THEIRS; the result is written over OURS.

    It is merged task by task and key by key: tasks are known by their ids, even when one side has renamed them.
    Exit status 1 means that something is left to be decided, or that the merged plan has an error that neither
    side has; what it is stands on standard error, and the places are marked as git marks them.
    """
    from planner.edit.merge import Sides, merge
    from planner.read import read_bytes

    sides = Sides(read_bytes(base), read_bytes(ours), read_bytes(theirs), name)
    with _git(size) as lines:
        merged = merge(sides, lines, size)
    _write(merged.data, sides.ours, ours, output)
    _tell(merged, name)


def _write(data: bytes, before: bytes, ours: Path, output: str | None) -> None:
    from tinytown.replace import replace_file

    if output == "-":
        click.echo(data, nl=False)
    elif output is not None:
        Path(output).write_bytes(data)
    elif data != before:
        replace_file(ours, before, data)


def _tell(merged: "Merged", name: str) -> None:
    """Says what is left to do, if anything is.

    Raises:
        TinytownError: Something is.
    """
    from tinytown.cli.findings import show

    for text in merged.notes:
        note(shown(f"{name}: {text}"))
    for conflict in merged.conflicts:
        note(shown(f"{name}: {conflict}"))
    if merged.conflicts:
        count = len(merged.conflicts)
        said = "a conflict is left" if count == 1 else f"{count} conflicts are left"
        raise TinytownError(f"{name}: {said}", "Edit it until `tt plan check` is content, then git add it.")
    if merged.reading is not None:
        show(merged.reading)
        raise TinytownError(
            f"{name}: merged, but the two sides do not fit together",
            "Correct it until `tt plan check` is content, then git add it.",
        )


@contextmanager
def _git(size: int) -> Iterator["Lines"]:
    """Merges texts line by line as git does."""
    from planner.edit.three.agree import Text

    with TemporaryDirectory(prefix="tt-merge-") as folder:
        files = [Path(folder, name) for name in ("ours", "base", "theirs")]
        labels = [word for file in files for word in ("-L", file.name)]
        words = ["git", "merge-file", "-p", f"--marker-size={size}", *labels, *map(str, files)]

        def lines(base: bytes, ours: bytes, theirs: bytes) -> "Text | None":
            for file, data in zip(files, (ours, base, theirs), strict=True):
                file.write_bytes(data)
            try:
                done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, check=False)
            except OSError:
                return None
            return Text(done.stdout, clean=done.returncode == 0) if 0 <= done.returncode < _FAILED else None

        yield lines
