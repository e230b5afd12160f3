"""Real repositories with a town in each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.git.repository import Repository


@pytest.fixture
def repo(tmp_path: Path) -> Iterator[Repository]:
    """A repository with a town called `demo`, and a plan that was committed and pushed."""
    made = Repository(tmp_path / "demo")
    made.tt.told("init", "--name", "demo", "--cli", "shell")
    made.commit("plan", made.PLAN)
    made.tt.told("sync", "push")
    yield made
    made.tt.close()
