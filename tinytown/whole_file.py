"""Writes a file whole or not at all."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from tinytown.errors import TinytownError


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file beside its place, and then over what is there; a symlink stays one.

    Args:
        path: The file.
        data: What it is to hold.

    Raises:
        TinytownError: It cannot be written; what was there is as it was.
    """
    target = path.resolve()
    try:
        mode = target.stat().st_mode & 0o7777 if target.exists() else 0o644
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fchmod(file.fileno(), mode)
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise TinytownError(f"cannot write {path}: {error.strerror}", "What was there is as it was.") from None
