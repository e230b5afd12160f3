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

_PUSH_PAUSE = 0.5
"""A push that waits for the end of an attempt is tried at most once in so many seconds."""

_AGAIN = 5.0
"""What could not be written back is tried again after so many seconds."""

_BEGINNINGS = ("task.created", "task.assigned", "task.started")
"""What ends no attempt."""


@contextmanager
def following(
    town: Town, observe: Callable[[Event], None], *, pull: bool, yes: bool
) -> Iterator[Callable[[Event], None]]:
    """Keeps tasks.toml and Redis in step until it is left.

    An invalid file or a conflict is reported on standard error, and what runs goes on untouched. What must wait for
    the end of an attempt is pushed then.

    Args:
        town: The town.
        observe: Who wants to hear of events.
        pull: Whether to write statuses back.
        yes: Whether deletions and resets that edits bring are agreed to.

    Yields:
        An observer to put in the place of `observe`.
    """
    stop = threading.Event()
    moved, ended = threading.Event(), threading.Event()
    follower = _Follower(town, yes=yes)
    follower.push()
    threads = [
        threading.Thread(target=follower.watch, args=(stop,), name="watch", daemon=True),
        threading.Thread(target=follower.catch_up, args=(stop, ended), name="catch up", daemon=True),
    ]
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
            if event.type not in _BEGINNINGS:
                ended.set()

    try:
        yield hear
    finally:
        stop.set()
        moved.set()
        ended.set()
        for thread in threads:
            thread.join()
        if pull:
            follower.pull()


class _Follower:
    """One direction's part, with a connection of its own."""

    def __init__(self, town: Town, *, yes: bool = False) -> None:
        self._agree = (lambda _: True) if yes else None
        self._path = town.root / FILE
        self._broken = False
        self._there = self._path.exists()
        self._complaint = ""
        self._refused = ""
        self._waits = False
        self._pushing = threading.Lock()
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

    def catch_up(self, stop: threading.Event, ended: threading.Event) -> None:
        """Tries again what was refused only because of attempts under way, when one may have ended."""
        while not stop.is_set():
            ended.wait()
            ended.clear()
            # What ended while a push was under way is not missed: this waits for that push.
            with self._pushing:
                if self._waits and not stop.is_set():
                    self._push(again=True)
            stop.wait(_PUSH_PAUSE)

    def push(self) -> None:
        """Pushes the file, or says why it cannot; of a file that is gone once."""
        with self._pushing:
            self._push()

    def _push(self, *, again: bool = False) -> None:
        was, self._there = self._there, self._path.exists()
        if not self._there:
            self._waits = False
            if was:
                note(f"tt: {FILE} is gone; the plan that runs goes on as it was.")
            return
        try:
            push_plan(self._store, require_plan(self._path, FILE), confirm=self._agree)
            if self._broken:
                note(f"{FILE} is good again.")
            self._broken = self._waits = False
        except PlanFindingsError as error:
            self._broken, self._waits = True, False
            note(error.reading.text)
            note(f"tt: {shown(str(error))}; the plan that runs goes on as it was.")
        except TinytownError as error:
            text = ""
            if isinstance(error, SyncConflictError | UnconfirmedError):
                text = changes_text(error.changes, FILE)
                self._waits = any(change.must_wait for change in error.changes.conflicts)
            what = f"{shown(error.message.rstrip('.'))}; the plan that runs goes on as it was"
            complaint = "\n".join(filter(None, (text, f"tt: {what}. {shown(error.remedy)}")))
            if not (again and complaint == self._refused):
                note(complaint)
            self._refused = complaint

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
