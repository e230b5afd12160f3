"""A small file system of its own, that a test can fill."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, megabytes: int = 4) -> Iterator[Path]:
    """Mounts one at a folder that it makes. Skips the test where that is not allowed."""
    folder.mkdir()
    size = f"size={megabytes}m"
    try:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount command to make a small file system with")
    if mounted.returncode:
        pytest.skip("a small file system cannot be mounted here: it takes root and a kernel that allows it")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> None:
    """Leaves no byte free."""
    for block in (4096, 1):
        with suppress(OSError), (disk / "ballast").open("ab", buffering=0) as ballast:
            while True:
                ballast.write(b"x" * block)


def free(disk: Path) -> None:
    """Takes away what filled it."""
    (disk / "ballast").unlink(missing_ok=True)
