"""A Redis that no town manages, and a wire to it that can be cut."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.towns import until
from tinytown.binary import find_server
from tinytown.detached import start_detached


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A server on a port of this machine."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"


@contextmanager
def redis_elsewhere(folder: Path) -> Iterator[Elsewhere]:
    """A Redis on some free port, gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    command = [str(find_server(None)), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    process = start_detached(command, folder=folder, log=folder / "redis.log")
    try:
        until(lambda: _listens(port), "Redis listens")
        yield Elsewhere(port, process.pid)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()


class Relay:
    """Passes bytes on to a port, both ways, unless it is cut: then they stay where they are.

    Args:
        port: Where to.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._whole = threading.Event()
        self._whole.set()
        self._door = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._door.getsockname()[1]}"

    def cut(self) -> None:
        self._whole.clear()

    def mend(self) -> None:
        self._whole.set()

    def close(self) -> None:
        self._whole.set()
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
                for here, there in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(here, there), daemon=True).start()

    def _pass_on(self, here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            while data := here.recv(65536):
                self._whole.wait()
                there.sendall(data)
        for end in (here, there):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
