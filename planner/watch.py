"""Tells when the plan's file may have changed."""

import threading
from collections.abc import Iterator
from pathlib import Path

from watchfiles import watch

_DEBOUNCE_MS = 200
_STEP_MS = 40
_LOOK_MS = 500
"""So often the stop event is looked at while nothing happens."""


def changes(path: Path, stop: threading.Event) -> Iterator[None]:
    """Yields each time that the file's content may have changed: a moment after the last of several writes.

    The folder is watched, not the file, so that replacing it by another, or deleting and writing it anew, is
    seen too; of a symlink, its target's folder as well. A deletion is told as well.

    Args:
        path: The file. Its folder must exist.
        stop: Ends the iteration when it is set.
    """
    places = {path.absolute(), path.resolve()}

    def ours(_change: object, name: str) -> bool:
        return Path(name) in wanted

    # The watcher tells the folder's real name.
    wanted = {place.parent.resolve() / place.name for place in places} | places
    for _ in watch(
        *{place.parent for place in places},
        watch_filter=ours,
        debounce=_DEBOUNCE_MS,
        step=_STEP_MS,
        rust_timeout=_LOOK_MS,
        stop_event=stop,
        recursive=False,
        raise_interrupt=False,
    ):
        yield
