"""Merges of plans, with git for the lines and without."""

import subprocess
import tempfile
from pathlib import Path

from planner.edit.merge import Merged, Sides, merge
from planner.edit.three.agree import Lines, Text


def no_lines(_base: bytes, _ours: bytes, _theirs: bytes) -> Text | None:
    """What there is without git."""
    return None


def git_lines(base: bytes, ours: bytes, theirs: bytes) -> Text | None:
    """What git makes of the lines."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("ours", "base", "theirs")]
        for file, data in zip(files, (ours, base, theirs), strict=True):
            file.write_bytes(data)
        done = subprocess.run(["git", "merge-file", "-p", *files], capture_output=True, check=False)
        return Text(done.stdout, clean=done.returncode == 0)


def merged(base: bytes, ours: bytes, theirs: bytes, lines: Lines = no_lines) -> Merged:
    """What `tt plan merge` makes of three versions of tasks.toml."""
    return merge(Sides(base, ours, theirs, "tasks.toml"), lines)
