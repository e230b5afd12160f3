"""A town, and one with a plan whose first task waits in the backlog."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.towns import QUICK_PULSE, House, house, until

_PLAN = """
[[tasks]]
id = "design"
description = "Design the API"

[[tasks]]
id = "build"
description = "Build it"
agent = "cursor-1"
needs = ["design"]
retries = 1
retry_delay = "1s"

[[tasks]]
id = "check"
description = "Check it"
role = "reviewer"
needs = ["build"]
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path / "home", QUICK_PULSE) as made:
        yield made


@pytest.fixture
def planned(home: House) -> House:
    """A town with a plan, whose first task waits in the backlog."""
    (home.root / "tasks.toml").write_text(_PLAN)
    home.push(_PLAN)
    home.conductor("--watch")
    until(lambda: home.town.ledger.backlog() != [], "a task is in the backlog")
    return home
