"""Sums over all chaos of one test run: each test adds its own, the end of the run prints them."""

import json
import os
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

_VARIABLE = "TT_TALLY"
_FIRST = ("plans", "tasks", "runs", "kills", "freezes", "redis deaths", "redis freezes", "clock jumps")
_LAST = ("overlaps", "lost", "doubled")


def open_tally() -> None:
    """Called once, before the processes that run tests are started: they inherit it."""
    if _VARIABLE not in os.environ:
        file, path = tempfile.mkstemp(prefix="tally-")
        os.close(file)
        os.environ[_VARIABLE] = path


def add(counts: Mapping[str, int]) -> None:
    """Adds what happened in one test, and prints it."""
    line = json.dumps(counts)
    print(f"tally {line}")  # noqa: T201  shown with a failure
    with Path(os.environ[_VARIABLE]).open("a") as file:
        file.write(f"{line}\n")


def close_tally(more: Mapping[str, int]) -> str:
    """The sums in words, empty if there was no chaos. They are forgotten then.

    Args:
        more: What is to be added to them.
    """
    path = Path(os.environ.pop(_VARIABLE, os.devnull))
    sums = Counter(more)
    for line in path.read_text().splitlines():
        sums.update(json.loads(line))
    if path.is_file():
        path.unlink()
    if not sums:
        return ""
    between = sorted(sums.keys() - {*_FIRST, *_LAST})
    return ", ".join(f"{name} {sums[name]}" for name in (*_FIRST, *between, *_LAST))
