"""Checks the files of a town: its configuration, its runtime folder, what lies there."""

import shutil
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tinytown.config import RUNTIME
from tinytown.doctor.finding import Finding, Fix, error, warning
from tinytown.gitignore import ignore_runtime, ignores_runtime
from tinytown.report import kept

_MEGABYTE = 1024 * 1024
_LOG_MEGABYTES = 100
_LITTLE, _LEAST = 500, 20
"""So many megabytes free on the disk are few, or too few."""


def check_files(root: Path) -> Iterator[Finding]:
    """The runtime folder: who may enter it, what waits in it, how much there is of it.

    Args:
        root: The town's folder.
    """
    yield from _check_git(root)
    runtime = root / RUNTIME
    if not runtime.is_dir():
        return
    yield from _check_entry(runtime)
    yield from _check_disk(runtime)
    yield from _check_reports(runtime)
    for log in sorted((runtime / "logs").rglob("*.log")):
        size = _size(log) // _MEGABYTE
        if size >= _LOG_MEGABYTES:
            name = str(log.relative_to(root))
            yield warning(name, f"has grown to {size} MB", f"Shorten it: truncate -s 0 {name}")


def _check_git(root: Path) -> Iterator[Finding]:
    inside = any((folder / ".git").exists() for folder in (root, *root.parents))
    if inside and not ignores_runtime(root) and not (root / RUNTIME / ".gitignore").is_file():
        fix = Fix(f"{RUNTIME}/ was added", act=partial(ignore_runtime, root))
        yield warning(".gitignore", f"does not name {RUNTIME}/: git would take it up", "tt doctor --fix", fix)


def _check_entry(runtime: Path) -> Iterator[Finding]:
    mode = stat.S_IMODE(runtime.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        fix = Fix("set to 0700", act=partial(runtime.chmod, stat.S_IRWXU))
        yield error(f"{RUNTIME}/", f"others may enter it (mode {mode:04o})", f"chmod 700 {RUNTIME}", fix)


def _check_disk(runtime: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(runtime).free // _MEGABYTE
    if free < _LITTLE:
        weigh = error if free < _LEAST else warning
        yield weigh(f"{RUNTIME}/", f"only {free} MB are free on its disk", "Free some space")


def _check_reports(runtime: Path) -> Iterator[Finding]:
    for file in sorted((runtime / "agents").glob("*/report.json")):
        agent, name = file.parent.name, f"{RUNTIME}/agents/{file.parent.name}/report.json"
        if kept(file.parent) is None:
            yield error(name, f'a result of agent "{agent}" waits here and cannot be read', "Look at it")
        else:
            remedy = f"It is reported by the agent, by tt recover, or after: tt spawn {agent}"
            yield warning(name, f'a result of agent "{agent}" waits to be reported', remedy)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
