"""A folder, or a town in it, and a shell there; afterwards no process of it may be left."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import Shell


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Shell]:
    """A shell in an empty folder called `my-project`."""
    folder = tmp_path / "my-project"
    folder.mkdir()
    shell = Shell(folder)
    yield shell
    shell.close()


@pytest.fixture
def tt(bare: Shell) -> Shell:
    """A shell in a fresh town called `demo`, whose agents run `shell` if nothing else is said."""
    bare.told("init", "--name", "demo", "--cli", "shell")
    return bare
