"""`tt` without its start-up: each command is a process of its own, forked from one that has loaded all of it.

The program, its arguments, its environment, its folder and its streams are those of a fresh process; what is left
out is a third of a second of imports, which most of the tests of the command line would otherwise consist of.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

TT = str(Path(sys.executable).parent / "tt")

_KEPT: list[object] = []
"""The lifeline of the process that the commands are forked from: closed, it ends."""

_LOCK = threading.Lock()
_LONGEST = 1 << 20
_STREAMS = 3


def run(
    words: Sequence[str], folder: Path, env: Mapping[str, str], seconds: float
) -> subprocess.CompletedProcess[str]:
    """Runs a `tt` command to its end, with nothing on standard input.

    Args:
        words: Its arguments.
        folder: Its working directory.
        env: Its environment.
        seconds: It is killed after so many.

    Returns:
        Its exit status, standard output and standard error.

    Raises:
        subprocess.TimeoutExpired: It did not end in time.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, Path(os.devnull).open("rb") as nothing:
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as line:
            line.settimeout(seconds)
            line.connect(_nursery())
            wish = json.dumps({"argv": [TT, *words], "folder": str(folder), "env": dict(env)}).encode()
            socket.send_fds(line, [wish], [nothing.fileno(), out.fileno(), err.fileno()])
            pid = int(line.recv(100))
            try:
                status = int(line.recv(100))
            except TimeoutError:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                raise subprocess.TimeoutExpired([TT, *words], seconds) from None
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode().replace("\r\n", "\n"))
    return subprocess.CompletedProcess([TT, *words], status, *texts)


def _nursery() -> str:
    """The address of the process that the commands are forked from; it ends when we do."""
    with _LOCK:  # of threads that ask at the same time, one starts it
        return _started()


@cache
def _started() -> str:
    ours, theirs = socket.socketpair()
    address = f"@tt-tests-{os.getpid()}"
    process = subprocess.Popen(
        [sys.executable, __file__, address, str(theirs.fileno())], pass_fds=[theirs.fileno()], cwd="/"
    )
    theirs.close()
    assert ours.recv(1) == b"!", f"the nursery ended with {process.wait()}"
    _KEPT.extend((ours, process))
    return address.replace("@", "\0", 1)


def _serve(address: str, lifeline: int) -> None:
    """Forks a command for every wish, until whoever started this is gone."""
    import select
    from importlib import import_module

    from tinytown.cli.commands import SECTIONS

    for section in SECTIONS.values():
        for module, _ in section.values():
            import_module(module)
    for module in ("conductor.loop", "conductor.readiness", "planner.sync.push", "planner.sync.pull"):
        import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    door.bind(address)
    door.listen(64)
    os.write(lifeline, b"!")
    while True:
        ready, _, _ = select.select([door.fileno(), lifeline], [], [])
        if lifeline in ready:
            return
        line, _ = door.accept()
        if os.fork() == 0:
            door.close()
            _attend(line)
        line.close()


def _attend(line: socket.socket) -> None:
    """Starts the command and tells how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    wish, streams, _, _ = socket.recv_fds(line, _LONGEST, _STREAMS)
    pid = os.fork()
    if pid == 0:
        line.close()
        _become(json.loads(wish), streams)
    for stream in streams:
        os.close(stream)
    line.send(str(pid).encode())
    _, ended = os.waitpid(pid, 0)
    line.send(str(os.waitstatus_to_exitcode(ended)).encode())
    os._exit(0)


def _become(wish: dict[str, object], streams: list[int]) -> None:
    """Is the command from here on, as the interpreter would have set it up."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(str(wish["folder"]))
    os.environ.clear()
    os.environ.update(wish["env"])  # type: ignore[call-overload]
    encoding, _, errors = os.environ.get("PYTHONIOENCODING", "utf-8").partition(":")
    sys.stdin = open(0, encoding=encoding)  # noqa: SIM115  descriptors
    sys.stdout = open(1, "w", encoding=encoding, errors=errors or "strict")  # noqa: SIM115
    sys.stderr = open(2, "w", encoding=encoding, errors="backslashreplace")  # noqa: SIM115
    sys.argv = [str(word) for word in wish["argv"]]  # type: ignore[attr-defined]
    from tinytown.cli import main

    status = 1
    try:
        status = main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    _serve(sys.argv[1].replace("@", "\0", 1), int(sys.argv[2]))
