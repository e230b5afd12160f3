"""Runs one command for a task: fed, logged, bounded in time, and ended together with all it started."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import IO, cast

from tinytown.worker.guard import GATE, GO, Guard
from tinytown.worker.silence import Silence

LOOK_SECONDS = 0.5
"""So often a running command is asked whether it should go on: less than the second that is promised."""

KEEP_BYTES = 64 * 1024
"""So much of the end of the output becomes the task's result; the log has all of it."""

TIMED_OUT = "timed out"
STALLED = "no output"
OUT_OF_TOUCH = "the agent could not be heard for too long"
"""Why a command was ended early, apart from the words of `should_stop`."""

_TERM_SECONDS = 3.0
_DRAIN_SECONDS = 1.0
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Command:
    """What to run: an argument list, its standard input, its surroundings.

    `timeout` in seconds; `stalled_after` too: one that puts out nothing for so long is told of, and ended if
    `stall_ends` (0: never).
    """

    arguments: Sequence[str]
    folder: Path
    env: Mapping[str, str]
    log: Path
    stdin: str = ""
    timeout: float | None = None
    stalled_after: float = 0.0
    stall_ends: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """How a command ended.

    `status` is its exit status, negative for a signal; `interrupted` says why it was ended early, if it was.
    """

    status: int
    output: str
    log_tail: str
    interrupted: str | None = None


def run(
    command: Command,
    guard: Guard,
    should_stop: Callable[[], str | None],
    on_stall: Callable[[float], bool] = lambda _: True,
) -> Ending:
    """Runs a command to its end.

    Args:
        command: What to run.
        guard: Ends the command if we die, or are frozen for too long.
        should_stop: Asked before it begins and then twice a second; a word that it returns ends the command.
        on_stall: Told when it has put out nothing for `stalled_after` (seconds), at every look until it says that
            it has passed the word on; again after the next such silence.

    Returns:
        How it ended. Standard output alone becomes `output`; both streams are in the log.
    """
    deadline = None if command.timeout is None else monotonic() + command.timeout
    with command.log.open("ab", buffering=0) as log:
        start = log.tell()
        process = subprocess.Popen(
            [*GATE, *command.arguments],
            cwd=command.folder,
            env=command.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
        guard.watch(process.pid)
        tail = _Tail()
        # Frozen since the task was begun, we may have been taken for dead: then it is somebody else's by now.
        interrupted = should_stop()
        if interrupted:
            _signal_group(process.pid, signal.SIGKILL)
        feeder = _thread(_feed, cast(IO[bytes], process.stdin), GO + command.stdin.encode())
        reader = _thread(tail.read, cast(IO[bytes], process.stdout), log)
        stall = _Stall(command, on_stall, lambda: os.fstat(log.fileno()).st_size + tail.size)
        interrupted = interrupted or _await(process, deadline, lambda: should_stop() or stall.look())
        _end_group(process)
        if guard.killed(process.pid):
            interrupted = OUT_OF_TOUCH
        guard.watch(None)
        reader.join(_DRAIN_SECONDS)
        feeder.join(_DRAIN_SECONDS)
        log_tail = _read_tail(command.log, start)
    return Ending(process.returncode, tail.text(), log_tail, interrupted)


def _await(
    process: subprocess.Popen[bytes], deadline: float | None, should_stop: Callable[[], str | None]
) -> str | None:
    """Waits for the end; returns why it had to be brought about, or None."""
    waiter = _thread(process.wait)  # wakes us the moment it ends, where wait(timeout) would look now and then
    while True:
        left = LOOK_SECONDS if deadline is None else min(LOOK_SECONDS, deadline - monotonic())
        waiter.join(max(left, 0.0))
        if not waiter.is_alive():
            return None
        reason = TIMED_OUT if deadline is not None and monotonic() >= deadline else should_stop()
        if reason:
            _signal_group(process.pid, signal.SIGTERM)
            waiter.join(_TERM_SECONDS)
            _signal_group(process.pid, signal.SIGKILL)
            waiter.join()
            return reason


class _Stall:
    """Looks whether a command still puts out something."""

    def __init__(self, command: Command, on_stall: Callable[[float], bool], put_out: Callable[[], int]) -> None:
        self._command = command
        self._on_stall = on_stall
        self._put_out = put_out
        self._silence = Silence(monotonic())

    def look(self) -> str | None:
        """Tells of a silence that is too long; returns why the command is to be ended, if it is."""
        self._silence = self._silence.look(self._put_out(), monotonic())
        if not 0 < self._command.stalled_after <= self._silence.seconds:
            return None
        if not self._silence.told:
            self._silence = replace(self._silence, told=self._on_stall(self._silence.seconds))
        return STALLED if self._command.stall_ends else None


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Ends what the command left running in its group: it would hold our pipes and outlive its task."""
    process.wait()
    _signal_group(process.pid, signal.SIGKILL)


def _signal_group(group: int, which: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, which)


def _feed(pipe: IO[bytes], data: bytes) -> None:
    with suppress(OSError):  # a command need not read its input
        pipe.write(data)
    with suppress(OSError):
        pipe.close()


class _Tail:
    """Copies a stream into the log and keeps its end."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self.size = 0

    def read(self, pipe: IO[bytes], log: IO[bytes]) -> None:
        with pipe:
            while chunk := os.read(pipe.fileno(), _CHUNK):
                with suppress(OSError, ValueError):  # a full disk costs the log, not the task
                    log.write(chunk)
                self.size += len(chunk)
                self._kept += chunk
                del self._kept[:-KEEP_BYTES]

    def text(self) -> str:
        return bytes(self._kept).decode(errors="replace").strip()


def _read_tail(log: Path, start: int) -> str:
    with suppress(OSError), log.open("rb") as file:
        file.seek(max(start, log.stat().st_size - KEEP_BYTES))
        return file.read().decode(errors="replace").strip()
    return ""


def _thread(target: Callable[..., object], *args: object) -> threading.Thread:
    thread = threading.Thread(target=target, args=args, daemon=True)
    thread.start()
    return thread
