"""Puts new bytes in a file's place: whole or not at all, and only if nobody else has changed it."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from planner.read import read_bytes
from tinytown.errors import StaleError, TinytownError


class FileChangedError(StaleError):
    """The file was changed while it was being worked on."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))


def replace_file(path: Path, before: bytes, after: bytes) -> None:
    """Writes a file anew, beside the old one and then over it. A symlink stays one.

    Args:
        path: The file.
        before: What it held when it was read.
        after: What it is to hold.

    Raises:
        FileChangedError: It holds something else by now; it was left alone.
        TinytownError: It cannot be written.
    """
    target = path.resolve()
    try:
        mode = target.stat().st_mode
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
        fresh = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(after)
                file.flush()
                os.fchmod(file.fileno(), mode & 0o7777)
                os.fsync(file.fileno())
            _check_unchanged(target, before)
            fresh.replace(target)
        except BaseException:
            with suppress(OSError):
                fresh.unlink()
            raise
        _settle(target.parent)
    except OSError as error:
        raise TinytownError(f"cannot write {path}: {error.strerror}", "Nothing was changed.") from None


def _check_unchanged(path: Path, before: bytes) -> None:
    if read_bytes(path) != before:
        raise FileChangedError(path)


def create_file(path: Path, data: bytes) -> None:
    """Writes a file that must not exist yet; it appears whole.

    Raises:
        TinytownError: It exists, or cannot be written.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise TinytownError(f"{path} exists already", "Edit it, or move it away first.") from None
    except OSError as error:
        raise TinytownError(f"cannot write {path}: {error.strerror}", "Choose another place.") from None


def _settle(folder: Path) -> None:
    """Makes the new name last through a power cut, where the file system lets us."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
