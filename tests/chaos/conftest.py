"""What the chaos tests share: steps, and faults for the processes that they start."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chaos.faults.schedule import FaultFolder, Schedule
from tests.chaos.steps import VARIABLE, Steps


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Steps:
    """Commands that write down when they run."""
    made = Steps(tmp_path / "steps")
    monkeypatch.setenv(VARIABLE, str(made.folder))
    return made


@pytest.fixture
def beset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Schedule], FaultFolder]:
    """Arms every agent and conductor that is started from then on."""

    def arm(schedule: Schedule) -> FaultFolder:
        folder = FaultFolder(tmp_path / "faults")
        folder.write(schedule)
        for name, value in folder.environment().items():
            monkeypatch.setenv(name, value)
        return folder

    return arm
