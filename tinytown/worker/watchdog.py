"""The program of the guard: kills a process group when the agent is gone, or has not been heard for too long.

Run by its path in an interpreter without site-packages (`python -I -S`), so it starts soon and stays small; it
imports nothing of ours. It reads lines on standard input and writes on standard output the group that it is about
to kill because the agent was not heard, before it does.

    group 123      this process group is at work; `group` alone: none is
    until 4567.8   the agent is alive; unless this is said again before that moment, it counts as lost

Moments are of the monotonic clock, which all processes of a machine share. An agent that is frozen between reading
that clock and writing the line can so only say too little.
"""

import os
import select
import signal
import sys
import time

_LATE_SECONDS = 1.0
"""Who wakes so much later than it meant to was frozen itself."""

_CHUNK = 4096


class Watchdog:
    """What it knows.

    Args:
        mercy: If it was frozen itself, most likely together with the agent, the agent gets so many seconds more.
    """

    def __init__(self, mercy: float) -> None:
        self._mercy = mercy
        self._group = 0
        self._until = float("inf")
        self._spared = False

    def watch(self) -> None:
        """Watches until standard input closes, then kills what is still at work."""
        rest = b""
        while True:
            if select.select([0], [], [], self._left())[0]:
                chunk = os.read(0, _CHUNK)
                if not chunk:
                    break
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    self._heed(line.split())
            elif self._group:
                self._out_of_time()
        self._kill()

    def _left(self) -> float | None:
        """Seconds until something must be done; None for no end."""
        if not self._group or self._until == float("inf"):
            return None
        return max(self._until - time.monotonic(), 0.0)

    def _heed(self, words: list[bytes]) -> None:
        if words[:1] == [b"group"]:
            self._group = int(words[1]) if words[1:] else 0
        elif words[:1] == [b"until"]:
            self._until, self._spared = float(words[1]), False

    def _out_of_time(self) -> None:
        late = time.monotonic() - self._until
        if late > _LATE_SECONDS and self._mercy and not self._spared:
            self._until, self._spared = time.monotonic() + self._mercy, True
        elif late >= 0:
            os.write(1, b"%d\n" % self._group)
            self._kill()

    def _kill(self) -> None:
        if self._group:
            try:
                os.killpg(self._group, signal.SIGKILL)
            except OSError:
                return
            finally:
                self._group = 0


if __name__ == "__main__":
    Watchdog(float(sys.argv[1])).watch()
