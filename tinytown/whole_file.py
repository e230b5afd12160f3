"""Writes a file whole or not at all."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file beside its place, and then over what is there; a symlink stays one.

    Args:
        path: The file.
        data: What it is to hold.

    Raises:
        OSError: It cannot be written; what was there is as it was.
    """
    target = path.resolve()
    mode = 0o644
    with suppress(OSError):
        mode = target.stat().st_mode & 0o7777
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
