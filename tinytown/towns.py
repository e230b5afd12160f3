"""The towns that a user has worked with: a small file among what this system remembers for programs.

It is a convenience and never an obstacle: where it cannot be kept, nothing is remembered.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tinytown.errors import TinytownError
from tinytown.replace import create_file, replace_file
from tinytown.user_folders import state_folder

_FILE = "towns.json"


@dataclass(frozen=True, slots=True)
class Known:
    """A town that was worked with: its folder, resolved, and its name then."""

    path: Path
    name: str

    @property
    def gone(self) -> bool:
        """Whether the folder is there no more."""
        return not self.path.is_dir()


def remember(root: Path, name: str) -> None:
    """Takes note of a town. Where that cannot be, nothing happens.

    Args:
        root: Its folder.
        name: Its name.
    """
    town = Known(root.resolve(), name)
    with suppress(OSError, TinytownError):
        if town in known():
            return
        with _locked() as file:
            _write(file, [*(other for other in _read(file) if other.path != town.path), town])


def known() -> list[Known]:
    """The towns, by path.

    Raises:
        TinytownError: The file is damaged.
    """
    folder = state_folder()
    return [] if folder is None else sorted(_read(folder / _FILE), key=lambda town: town.path)


def forget(paths: Iterable[Path]) -> list[Known]:
    """Forgets towns; their folders are left alone. Returns those that were known.

    Args:
        paths: Their folders, resolved.

    Raises:
        TinytownError: The file is damaged, or cannot be written.
    """
    unwanted = set(paths)
    if not unwanted.intersection(town.path for town in known()):
        return []
    try:
        with _locked() as file:
            towns = _read(file)
            _write(file, [town for town in towns if town.path not in unwanted])
    except OSError as error:
        raise TinytownError(f"cannot write {error.filename}: {error.strerror}", "Nothing was changed.") from None
    return [town for town in towns if town.path in unwanted]


@contextmanager
def _locked() -> Iterator[Path]:
    """The file, while nobody else may change it."""
    folder = state_folder()
    if folder is None:
        raise TinytownError("this user has no home to remember towns in", "Set XDG_STATE_HOME.")
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / "towns.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder / _FILE
    finally:
        os.close(lock)


def _read(file: Path) -> list[Known]:
    try:
        entries = json.loads(file.read_bytes())["towns"]
        return [Known(Path(entry["path"]), str(entry["name"])) for entry in entries]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TinytownError(f"{file} cannot be read: {error}", "Delete it; towns are remembered anew.") from None


def _write(file: Path, towns: list[Known]) -> None:
    document = {"towns": [{"path": str(town.path), "name": town.name} for town in towns]}
    data = f"{json.dumps(document, ensure_ascii=False, indent=1)}\n".encode(errors="surrogateescape")
    if file.exists():
        replace_file(file, file.read_bytes(), data)
    else:
        create_file(file, data)
