"""Checks the programs that a town needs: versions, the redis-server to start, the CLIs of its agents."""

import platform
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version

from tinytown.binary import find_server, version_of
from tinytown.clis import check_installed, resolve
from tinytown.config import Config
from tinytown.doctor.finding import Finding, error, warning
from tinytown.errors import StoreError, TinytownError

_LEAST_PYTHON = (3, 11)


def versions() -> str:
    """The versions of what Tinytown runs with, on one line."""
    parts = [f"tinytown {_installed('tinytown')}", f"python {platform.python_version()}"]
    return ", ".join([*parts, f"redis-py {_installed('redis')}"])


def check_python() -> Iterator[Finding]:
    """Whether this Python is new enough."""
    if sys.version_info < _LEAST_PYTHON:
        yield error("python", f"is {platform.python_version()}", "Tinytown needs Python 3.11 or newer")


def check_server(config: Config) -> Iterator[Finding]:
    """Whether there is a redis-server to start, where the town starts its own."""
    if config.elsewhere is not None:
        return
    try:
        binary = find_server(config.redis.server)
    except StoreError as problem:
        yield error("redis-server", problem.message, problem.remedy)
        return
    if version_of(binary) == (0, 0):
        yield error("redis-server", f"{binary} tells no version", "Point TT_REDIS_SERVER at another one")


def check_clis(config: Config, wanted: Mapping[str, str]) -> Iterator[Finding]:
    """CLIs that somebody is to run and that cannot be run here.

    Args:
        config: The town's configuration, with its own CLIs.
        wanted: Names of CLIs, for each who is to run it, in words.
    """
    for name, who in sorted(wanted.items()):
        try:
            check_installed(resolve(name, config))
        except TinytownError as problem:
            yield warning(who, problem.message, problem.remedy)


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "?"
