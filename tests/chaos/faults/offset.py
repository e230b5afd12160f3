"""A clock that is off, by as many seconds as a file says."""

from datetime import datetime, timedelta
from types import ModuleType

from tests.chaos.faults.schedule import FaultFolder


def shift(module: ModuleType, folder: FaultFolder) -> None:
    """Puts the present moment of `tinytown.clock` off."""
    exact = module.now

    def now() -> datetime:
        moment: datetime = exact()
        return moment + timedelta(seconds=folder.offset())

    module.now = now  # type: ignore[attr-defined]
