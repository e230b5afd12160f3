"""Lets nothing outlive the agent, and nobody work on who counts as dead.

A guard is a small process with a pipe from the agent. The agent tells it the process group at work, and with every
heartbeat until when it counts as alive. When the pipe closes (the agent is gone, even by kill -9), or that moment
passes without another heartbeat (the agent is frozen, or cut off), the guard kills the group. A CLI waits behind a
gate until the guard knows of it, so there is no moment at which it could be left alone.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

_PROGRAM = Path(__file__).with_name("watchdog.py")
_MERCY_SECONDS = 1.0
_CHUNK = 4096

GATE = ("/bin/sh", "-c", 'read -r go || exit 125; exec "$@"', "tt")
"""Runs the arguments after it once a line arrives on standard input; not at all if that closes first."""

GO = b"go\n"


class Guard:
    """Watches over one process group at a time. Threads may share it.

    Args:
        keep: Open file descriptors that it inherits. The agent's life lock among them tells that the agent is dead
            only when nothing of its work is left.
        merciful: Whether an agent gets a second more if the guard was frozen too. Only where nobody could be given
            the task in the meantime, because the town's Redis was frozen with them.
    """

    def __init__(self, *, keep: Sequence[int] = (), merciful: bool = False) -> None:
        self._keep = keep
        self._mercy = _MERCY_SECONDS if merciful else 0.0
        self._lock = threading.Lock()
        self._group = b"group\n"
        self._until = b""
        self._killed = b""
        self._start()

    def watch(self, group: int | None) -> None:
        """Says which process group is at work now; None for none."""
        with self._lock:
            self._listen()
            self._killed = b""  # numbers of processes come again
            self._group = b"group %d\n" % group if group is not None else b"group\n"
            self._tell(self._group)

    def alive_until(self, moment: float) -> None:
        """Says that the agent lives, and when it counts as lost if this is not said again.

        Args:
            moment: Of the monotonic clock.
        """
        with self._lock:
            self._until = b"until %.3f\n" % moment
            self._tell(self._until)

    def killed(self, group: int) -> bool:
        """Whether the guard has killed this group, the one at work, because the agent was not heard in time."""
        with self._lock:
            self._listen()
            return b"%d" % group in self._killed.split(b"\n")[:-1]

    def dismiss(self) -> None:
        """Ends the guard; a group that it still watches is killed."""
        with self._lock:
            self._end()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_PROGRAM), str(self._mercy)],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=self._keep,
        )
        self._pipe, self._news = cast(IO[bytes], self._process.stdin), cast(IO[bytes], self._process.stdout)
        os.set_blocking(self._news.fileno(), False)

    def _listen(self) -> None:
        with suppress(BlockingIOError):
            while chunk := os.read(self._news.fileno(), _CHUNK):
                self._killed += chunk

    def _tell(self, line: bytes) -> None:
        if self._pipe.closed:
            return
        try:
            self._pipe.write(line)
        except BrokenPipeError:  # somebody has killed the guard: no work without one
            self._end()
            self._start()
            self._pipe.write(self._group + self._until)

    def _end(self) -> None:
        with suppress(BrokenPipeError):
            self._pipe.close()
        self._process.wait()
        self._news.close()
