"""Real code as a coroutine: it runs until it asks Redis something, and goes on when it is told the answer.

All that is random or passes is pinned, so that the same answers lead to the same questions: ids count up, the clock
of the wall stands still, and an actor's own clock moves only while it waits.
"""

import sys
import threading
import time
import types
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from greenlet import GreenletExit, getcurrent, greenlet

from tests.model.store import Command
from tinytown import clock, report
from tinytown.connection import Address, Connection
from tinytown.errors import RedisUnreachableError, StoreError, TinytownError
from tinytown.report import Report

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
BROKEN = "(the connection broke)"
REFUSED = "(wrong type)"
_OURS = ("tinytown", "conductor", "planner")


class Actor(greenlet):
    """One process: a conductor, an agent, a person at the keyboard.

    Args:
        number: Which one; its ids begin with it.
        script: What it does.
    """

    def __init__(self, number: int, script: Callable[[], object]) -> None:
        super().__init__(self._live)
        self.number = number
        self.clock = 0.0
        self.commits = 0
        self.crash: BaseException | None = None
        self._fresh = 0
        self._over = False
        self._script = script

    def _live(self) -> None:
        try:
            self._script()
        except TinytownError:
            pass  # told to its user; it has ended
        except GreenletExit:
            raise
        except BaseException as error:  # noqa: BLE001  whatever it is: the exploration reports it
            self.crash = error

    def ask(self, command: Command) -> Any:
        """Puts a command to whoever explores, and waits for the answer."""
        if self._over:
            raise GreenletExit
        assert self.parent is not None
        try:
            found = self.parent.switch(command)
        except GreenletExit:
            self._over = True
            raise
        if command[0] in ("EVAL", "EVALSHA"):
            # A refused transaction has left no trace, so its ids may come again.
            self.commits += found in (0, BROKEN)
            self._fresh = 0
        if found == BROKEN:
            raise RedisUnreachableError("the connection broke")
        if found == REFUSED:
            raise StoreError("WRONGTYPE")
        if found is None and "BLOCK" in command:
            self.clock += int(command[command.index("BLOCK") + 1]) / 1000
        elif found is None and command[0] in ("BLMOVE", "SLEEP"):
            self.clock += float(command[-1])
        return found

    def fresh_id(self) -> UUID:
        self._fresh += 1
        return UUID(int=(self.number << 96) + (self.commits << 48) + self._fresh)


def me() -> Actor:
    """The actor whose code is running."""
    found = getcurrent()
    assert isinstance(found, Actor)
    return found


class Line(Connection):
    """A connection that leads to whoever explores."""

    def __init__(self, *_: object, **__: object) -> None:
        super().__init__(Address(socket=Path("model.sock")))

    def run(self, *command: str | int) -> Any:
        return me().ask(command)

    def run_all(self, commands: Iterable[Any]) -> list[Any]:
        return [self.run(*command) for command in commands]

    def close(self) -> None:
        """There is nothing to close."""


class _Still:
    """A clock on the wall that stands."""

    @staticmethod
    def now(_zone: object) -> datetime:
        return MOMENT


class _Idle:
    """A thread that never begins; what it would do is a step of the exploration."""

    def __init__(self, **_: object) -> None:
        pass

    def start(self) -> None:
        pass

    def join(self) -> None:
        pass


def _keep(folder: Path, one: Report) -> None:
    me().ask(("KEEP", str(folder), one.model_dump_json()))


def _kept(folder: Path) -> Report | None:
    text = me().ask(("KEPT", str(folder)))
    return None if text is None else Report.model_validate_json(text)


def _discard(folder: Path) -> None:
    me().ask(("DISCARD", str(folder)))


def pin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replaces, in all modules of the project, what would make two runs differ or reach outside."""

    def monotonic() -> float:
        return me().clock

    def sleep(seconds: float) -> None:
        me().ask(("SLEEP", str(seconds)))

    threads = types.SimpleNamespace(Thread=_Idle, Event=threading.Event)
    replaced: list[tuple[object, object]] = [
        (time, types.SimpleNamespace(monotonic=monotonic, sleep=sleep)),
        (time.monotonic, monotonic),
        (uuid.uuid4, lambda: me().fresh_id()),
        (report.keep, _keep),
        (report.kept, _kept),
        (report.discard, _discard),
    ]
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] not in _OURS:
            continue
        for key, value in list(vars(module).items()):
            for before, after in replaced:
                if value is before:
                    monkeypatch.setattr(module, key, after)
    monkeypatch.setattr(clock, "datetime", _Still)
    monkeypatch.setattr("conductor.loop.RELOAD_SECONDS", float("inf"))  # nothing is trimmed: all is heard
    monkeypatch.setattr("conductor.lease.threading", threads)
    monkeypatch.setattr("tinytown.worker.desk.Connection", Line)
