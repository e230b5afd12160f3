"""What an agent's process and its tasks have put out: the log files of a town, and what is new in them."""

import glob
import os
import re
from contextlib import suppress
from pathlib import Path

from tinytown.config import RUNTIME
from tinytown.errors import NoOutputError
from tinytown.site import Site
from tinytown.tasks import Task

_CHUNK = 64 * 1024


def attempt_log(site: Site, agent: str, label: str, attempt: int) -> Path:
    """Where an agent writes what an attempt at a task puts out."""
    return site.root / RUNTIME / "logs" / agent / f"{label}.{attempt}.log"


def task_log(site: Site, task: Task, attempt: int | None = None) -> Path:
    """The file with what a task has put out.

    Args:
        site: The town.
        task: The task.
        attempt: Which attempt; the last one that has put out anything if None.

    Raises:
        NoOutputError: There is none on this machine.
    """
    name = re.compile(rf"{re.escape(task.label)}\.(\d+)\.log")
    found: dict[int, Path] = {}
    for path in (site.root / RUNTIME / "logs").glob(f"*/{glob.escape(task.label)}.*.log"):
        fits = name.fullmatch(path.name)
        if fits:
            found[int(fits[1])] = path
    if attempt is None and found:
        return found[max(found)]
    if attempt in found:
        return found[attempt]
    numbers = ", ".join(map(str, sorted(found)))
    which = "" if attempt is None else f"attempt {attempt} of "
    raise NoOutputError(
        f'{which}task "{task.label}" has put out nothing on this machine',
        f"There is output of attempt {numbers}." if numbers else f"It is {task.state}: tt why {task.label}",
    )


def attempt_of(log: Path) -> int:
    """Which attempt's file this is."""
    return int(log.stem.rpartition(".")[2])


class Tail:
    """Reads a file that grows, also one that is not there yet.

    Args:
        path: The file.
        lines: Begin with so many of its last lines; None for its beginning.
    """

    def __init__(self, path: Path, lines: int | None = None) -> None:
        self.path = path
        self._at = 0 if lines is None else _last_lines(path, lines)

    def more(self) -> bytes:
        """What has come since it was asked last; a file that was begun anew is read from its beginning."""
        with suppress(FileNotFoundError), self.path.open("rb") as file:
            if self.path.stat().st_size < self._at:
                self._at = 0
            file.seek(self._at)
            data = file.read()
            self._at += len(data)
            return data
        return b""


def _last_lines(path: Path, lines: int) -> int:
    """Where the last lines of a file begin, in bytes."""
    with suppress(FileNotFoundError), path.open("rb") as file:
        size = at = file.seek(0, os.SEEK_END)
        end = b""
        while at and lines:
            step = min(_CHUNK, at)
            at -= step
            file.seek(at)
            end = file.read(step) + end
            pieces = end.removesuffix(b"\n").rsplit(b"\n", lines)
            if len(pieces) > lines:
                return size - len(end) + len(pieces[0]) + 1
        return at
    return 0
