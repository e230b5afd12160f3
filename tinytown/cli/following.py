"""Follows tasks.toml while a conductor is at work: pushes its changes, and on request writes statuses back."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from planner import watch
from planner.read import FILE, PlanFindingsError, require_plan
from planner.sync.pull import pull as pull_plan
from planner.sync.push import push as push_plan
from planner.sync.refusals import SyncConflictError, UnconfirmedError
from planner.sync.store import Store
from planner.sync.told import changes_text
from tinytown.cli.output import note
from tinytown.errors import TinytownError
from tinytown.escape import shown
from tinytown.events import Event
from tinytown.town import Town

_PULL_PAUSE = 1.0
"""Statuses are written back at most once in so many seconds."""

_AGAIN = 5.0
"""What could not be written back is tried again after so many seconds."""


@contextmanager
def following(
    town: Town, observe: Callable[[Event], None], *, pull: bool, yes: bool
) -> Iterator[Callable[[Event], None]]:
    """Keeps tasks.toml and Redis in step until it is left.

    An invalid file or a conflict is reported on standard error, and what runs goes on untouched.

    Args:
        town: The town.
        observe: Who wants to hear of events.
        pull: Whether to write statuses back.
        yes: Whether deletions and resets that edits bring are agreed to.

    Yields:
        An observer to put in the place of `observe`.
    """
    stop = threading.Event()
    moved = threading.Event()
    follower = _Follower(town, yes=yes)
    follower.push()
    threads = [threading.Thread(target=follower.watch, args=(stop,), name="watch", daemon=True)]
    if pull:
        threads.append(
            threading.Thread(target=_Follower(town).write_back, args=(stop, moved), name="pull", daemon=True)
        )
    for thread in threads:
        thread.start()

    def hear(event: Event) -> None:
        observe(event)
        if event.type.startswith("task."):
            moved.set()

    try:
        yield hear
    finally:
        stop.set()
        moved.set()
        for thread in threads:
            thread.join()
        if pull:
            follower.pull()


class _Follower:
    """One thread's part, with a connection of its own."""

    def __init__(self, town: Town, *, yes: bool = False) -> None:
        self._agree = (lambda _: True) if yes else None
        self._path = town.root / FILE
        self._broken = False
        self._there = self._path.exists()
        self._complaint = ""
        self._store = Store(town.another_connection(), town.keys, town.name)

    def watch(self, stop: threading.Event) -> None:
        for _ in watch.changes(self._path, stop):
            self.push()

    def write_back(self, stop: threading.Event, moved: threading.Event) -> None:
        while not stop.is_set():
            moved.wait()
            moved.clear()
            while not self.pull() and not stop.wait(_AGAIN):
                pass
            stop.wait(_PULL_PAUSE)

    def push(self) -> None:
        """Pushes the file, or says why it cannot; of a file that is gone once."""
        was, self._there = self._there, self._path.exists()
        if not self._there:
            if was:
                note(f"tt: {FILE} is gone; the plan that runs goes on as it was.")
            return
        try:
            push_plan(self._store, require_plan(self._path, FILE), confirm=self._agree)
            if self._broken:
                note(f"{FILE} is good again.")
            self._broken = False
        except PlanFindingsError as error:
            self._broken = True
            note(error.reading.text)
            note(f"tt: {shown(str(error))}; the plan that runs goes on as it was.")
        except TinytownError as error:
            if isinstance(error, SyncConflictError | UnconfirmedError):
                note(changes_text(error.changes, FILE))
            what = f"{shown(error.message.rstrip('.'))}; the plan that runs goes on as it was"
            note(f"tt: {what}. {shown(error.remedy)}")

    def pull(self) -> bool:
        """Writes statuses into the file, or says once why it cannot. Returns whether they are in it."""
        if not self._path.exists():
            return False
        try:
            pull_plan(self._store, self._path, managed_only=True)
        except TinytownError as error:
            complaint = f"tt: did not write {FILE}: {shown(error.message.rstrip('.'))}. {shown(error.remedy)}"
            if complaint != self._complaint:
                note(complaint)
            self._complaint = complaint
            return False
        self._complaint = ""
        return True
