"""Arms a process: says which module is changed, and how, as soon as it has been imported."""

import importlib.abc
import importlib.machinery
import random
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

from tests.chaos.faults import points, wire
from tests.chaos.faults.offset import shift
from tests.chaos.faults.schedule import FaultFolder

Patch = Callable[[ModuleType], None]


def arm(path: Path, command: Sequence[str]) -> None:
    """Arms this process, if it is an agent or a conductor.

    Args:
        path: The folder of faults.
        command: How this process was started.
    """
    worker = "tinytown.worker" in command
    conductor = not worker and bool({"conductor", "run"} & set(command[1:4]))
    if not worker and not conductor:
        return
    folder = FaultFolder(path)
    schedule = folder.read()
    patches: dict[str, Patch] = {"tinytown.clock": partial(shift, folder=folder)}
    if schedule.strikes:
        patches |= points.patches(points.Points(folder, schedule.strikes))
    if schedule.client:
        dice = random.Random(f"{schedule.seed} {folder.passed('process')}")
        client = wire.Faults(folder, schedule, dice, armed=worker)
        patches["tinytown.connection"] = client.patch
        if conductor:  # a command that cannot even look at its file says so and ends: that is no fault
            patches["conductor.loop"] = client.patch_conductor
    sys.meta_path.insert(0, _Finder(patches))


class _Finder(importlib.abc.MetaPathFinder):
    """Finds modules as usual, and has some of them changed once they are there."""

    def __init__(self, patches: dict[str, Patch]) -> None:
        self._patches = patches

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        patch = self._patches.get(fullname)
        if patch is None:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or not isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            return None
        spec.loader = _Loader(spec.loader, patch)
        return spec


class _Loader(importlib.abc.Loader):
    """Loads a module and changes it."""

    def __init__(self, inner: importlib.machinery.SourceFileLoader, patch: Patch) -> None:
        self._inner = inner
        self._patch = patch

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._inner.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._inner.exec_module(module)
        self._patch(module)
