"""Faults at the Redis client of every agent and conductor that any test starts, if the environment asks for them.

`TT_CLIENT_FAULTS=lost:0.02` loses one reply in fifty.
"""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.chaos.faults.schedule import VARIABLE, FaultFolder, Schedule

_VARIABLE = "TT_CLIENT_FAULTS"


def beset_everything() -> None:
    """Called once, before the processes that run tests are started: they inherit it."""
    kind, _, rate = os.environ.get(_VARIABLE, "").partition(":")
    if kind and VARIABLE not in os.environ:
        folder = FaultFolder(Path(tempfile.mkdtemp(prefix="faults-")))
        folder.write(Schedule(client=(kind,), rate=float(rate or "0.02")))
        os.environ.update(folder.environment())


def what_happened() -> Mapping[str, int]:
    """How many faults there were, by kind. They are forgotten then."""
    if _VARIABLE not in os.environ or VARIABLE not in os.environ:
        return {}
    folder = FaultFolder(Path(os.environ[VARIABLE]))
    faults = folder.happened()
    shutil.rmtree(folder.path)
    return {"client faults": sum(faults.values()), **faults}
