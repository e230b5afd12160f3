"""Puts new bytes in a file's place: whole or not at all, and only if nobody else has changed it."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from tinytown.errors import StaleError, TinytownError


class FileChangedError(StaleError):
    """The file was changed while it was being worked on."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))


class FileThereError(TinytownError):
    """The file that was to be made is there already."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} exists already", "Edit it, or move it away first.")


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
    _write(path, after, lambda target: _check_unchanged(target, before))


def write_file(path: Path, data: bytes) -> None:
    """Writes a file whole or not at all, whatever was there. A symlink stays one.

    Args:
        path: The file; it need not exist.
        data: What it is to hold.

    Raises:
        TinytownError: It cannot be written; what was there is as it was.
    """
    _write(path, data, lambda _: None)


def _write(path: Path, data: bytes, check: Callable[[Path], None]) -> None:
    """Writes a file beside its place and then into it, if `check` does not object at the last moment."""
    target = path.resolve()
    try:
        mode = target.stat().st_mode & 0o7777 if target.exists() else 0o644
        with _beside(target, data, mode) as fresh, _alone(target.parent):
            check(target)
            fresh.replace(target)
        _settle(target.parent)
    except OSError as error:
        raise TinytownError(f"cannot write {path}: {error.strerror}", "Nothing was changed.") from None


@contextmanager
def _beside(target: Path, data: bytes, mode: int | None = None) -> Iterator[Path]:
    """A file of these bytes beside its place, safe on disk; afterwards its name is gone, whatever came of it."""
    fresh = target.with_name(f".{target.name}.{uuid4().hex[:12]}.tmp")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            _put(file, data)
        yield fresh
    finally:
        with suppress(OSError):
            fresh.unlink()


def _put(file: BinaryIO, data: bytes) -> None:
    """Writes all of a file, so that it lasts through a power cut."""
    file.write(data)
    file.flush()
    os.fsync(file.fileno())


def _check_unchanged(path: Path, before: bytes) -> None:
    if path.read_bytes() != before:
        raise FileChangedError(path)


def create_file(path: Path, data: bytes) -> None:
    """Writes a file that must not exist yet; it appears whole.

    Raises:
        FileThereError: It exists.
        TinytownError: It cannot be written.
    """
    try:
        with _beside(path, data) as fresh, _alone(path.parent):
            try:
                path.hardlink_to(fresh)
            except FileExistsError:
                raise
            except OSError:  # there are no hard links on this file system
                with path.open("xb") as file:
                    _put(file, data)
        _settle(path.parent)
    except FileExistsError:
        raise FileThereError(path) from None
    except OSError as error:
        raise TinytownError(f"cannot write {path}: {error.strerror}", "Choose another place.") from None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keeps other writers of this program out of a folder: between its look and its write, nobody else writes.

    Some file systems cannot lock a folder, and some folders cannot be opened; there nobody is kept out.
    """
    descriptor = -1
    try:
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def _settle(folder: Path) -> None:
    """Makes the new name last through a power cut, where the file system lets us."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
