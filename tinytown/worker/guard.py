"""Lets nothing outlive the agent: when its process dies, however it dies, its CLI dies too.

A guard is a tiny shell with a pipe from the agent. The agent tells it the process group at work; when the
pipe closes (the agent is gone, even by kill -9) the guard kills that group. A CLI waits behind a gate until
the guard knows of it, so there is no moment at which it could be left alone.
"""

import subprocess
from typing import IO, cast

_WATCH = 'group=; while read -r line; do group=$line; done; [ -z "$group" ] || kill -KILL "-$group"'

GATE = ("/bin/sh", "-c", 'read -r go || exit 125; exec "$@"', "tt")
"""Runs the arguments after it once a line arrives on standard input; not at all if that closes first."""

GO = b"go\n"


class Guard:
    """Watches over one process group at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", _WATCH],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._pipe = cast(IO[bytes], self._process.stdin)

    def watch(self, group: int | None) -> None:
        """Says which process group is at work now; None for none."""
        self._pipe.write(b"%d\n" % group if group is not None else b"\n")
        self._pipe.flush()

    def dismiss(self) -> None:
        """Ends the guard; a group that it still watches is killed."""
        self._pipe.close()
        self._process.wait()
