"""Starts processes that outlive the one that starts them."""

import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path


def start_detached(
    command: Sequence[str],
    *,
    folder: Path,
    log: Path | None = None,
    env: Mapping[str, str] | None = None,
    keep: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Starts a process in a session of its own, so that no Ctrl-C or closed terminal reaches it.

    Args:
        command: The program and its arguments.
        folder: Its working directory.
        log: Where its output goes, appended; nowhere if absent.
        env: Its environment; ours if absent.
        keep: Open file descriptors that it inherits.

    Returns:
        The process. A thread waits for it, so that it leaves no zombie if we are still there.
    """
    out = log.open("ab") if log is not None else None
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out or subprocess.DEVNULL,
            stderr=subprocess.STDOUT if out else subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=keep,
        )
    finally:
        if out is not None:
            out.close()
    threading.Thread(target=process.wait, name=f"reaper-{process.pid}", daemon=True).start()
    return process
