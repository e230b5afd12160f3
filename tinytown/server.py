"""The Redis that a town manages: finds it, starts it, stops it.

The server listens on `.tt/redis.sock` only and writes everything through to an append-only file. Whether
one is alive is told by a lock, not by a pid or a socket file: redis-server inherits the locked
`.tt/redis.lock` and holds it as long as it lives, so racing commands, stale files and killed servers need no
guessing.
"""

import errno
import fcntl
import hashlib
import os
import re
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tinytown.binary import find_server, version_of
from tinytown.config import RUNTIME, Config
from tinytown.connection import Address, Connection
from tinytown.detached import start_detached
from tinytown.errors import (
    RedisBusyError,
    RedisLoadingError,
    RedisTooOldError,
    RedisUnreachableError,
    StoreError,
    StoreFullError,
    TownStoppedError,
)

START_SECONDS = 60.0
"""A server with a long history to load gets so long to answer."""

STOP_SECONDS = 30.0
_ANSWER_SECONDS = 5.0
_FIRST_LOOK, _LONGEST_LOOK = 0.002, 0.05
_MAX_SOCKET_PATH = 100
_MULTIPART_AOF = 7
_TAIL = 2000


class Server:
    """The managed Redis of the town at `root`.

    Args:
        root: The town's folder.
        config: The town's configuration.
    """

    def __init__(self, root: Path, config: Config) -> None:
        self.runtime = root / RUNTIME
        self.socket = root / config.redis.socket_path
        self.log = self.runtime / "logs" / "redis.log"
        self._configured = config.redis.server
        self._lock_file = self.runtime / "redis.lock"
        self._pid_file = self.runtime / "redis.pid"
        self._stop_mark = self.runtime / "stopped"

    @property
    def address(self) -> Address:
        return Address(socket=self.socket)

    def ensure(self) -> bool:
        """Starts the server unless it runs. Returns whether this call started it.

        Raises:
            RedisMissingError, RedisTooOldError: Nothing fit to start.
            StoreFullError, StoreError: It was started and ended, or never answered.
        """
        return self._ensure(on_purpose=True)

    def _ensure(self, *, on_purpose: bool) -> bool:
        if self._answers():
            return False
        self._prepare()
        deadline = time.monotonic() + START_SECONDS
        for _ in _looks(deadline):
            with self._locked() as lock:
                if not on_purpose:  # under the lock: a stop may have come while we waited for it
                    self._heed_stop()
                if lock is not None:
                    self._start(lock, deadline)
                    return True
            if self._answers():  # somebody else started it, or is about to
                return False
        raise RedisUnreachableError(
            f"the town's Redis (pid {self.pid() or 'unknown'}) runs but does not answer on {self.socket}",
            f"Look at {self.log}; end that process, then try again.",
        )

    def revive(self) -> None:
        """Starts the server again after it died; refuses if it was stopped on purpose.

        Raises:
            TownStoppedError: `tt stop` was here.
            StoreError: As `ensure`.
        """
        self._heed_stop()
        self._ensure(on_purpose=False)

    def _heed_stop(self) -> None:
        if self._stop_mark.exists():
            raise TownStoppedError("the town was stopped", "Start it again: tt start")

    def stop(self) -> bool:
        """Stops the server; everything acknowledged is on disk. Returns whether it was running.

        Raises:
            RedisUnreachableError: It did not end in time.
        """
        if not self.runtime.is_dir():
            return False
        self._stop_mark.touch()
        running = self._answers()
        connection = Connection(self.address, patience=STOP_SECONDS)
        for _ in _looks(time.monotonic() + STOP_SECONDS):
            with self._locked() as lock:
                if lock is not None:
                    self._stop_mark.touch()  # whoever was just starting it has removed the mark
                    self._sweep()
                    return running
            with suppress(RedisUnreachableError):
                connection.run("SHUTDOWN")  # it answers by closing the connection; refused while it starts
        raise RedisUnreachableError(
            f"the town's Redis (pid {self.pid() or 'unknown'}) did not stop within {STOP_SECONDS:.0f} s",
            f"Look at {self.log}.",
        )

    def pid(self) -> int | None:
        """The pid in the pid file. Whether it is alive is another question."""
        with suppress(OSError, ValueError):
            return int(self._pid_file.read_text())
        return None

    def _answers(self) -> bool:
        if not self.socket.exists():
            return False
        connection = Connection(self.address, patience=_ANSWER_SECONDS)
        try:
            return bool(connection.run("PING") == "PONG")
        except RedisBusyError as error:
            return not isinstance(error, RedisLoadingError)  # whoever is kept busy by a script is up
        except StoreError:
            return False
        finally:
            connection.close()

    def _prepare(self) -> None:
        try:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            self.runtime.chmod(stat.S_IRWXU)
            self._lock_file.touch(mode=0o600)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise self._full() from None
            raise StoreError(
                f"cannot write in {self.runtime}: {error.strerror}", "Make the folder writable."
            ) from None

    @contextmanager
    def _locked(self) -> Iterator[int | None]:
        """The town's server lock, or None while a server (or a starting command) has it."""
        lock = os.open(self._lock_file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield None
            else:
                yield lock
        finally:
            os.close(lock)

    def _start(self, lock: int, deadline: float) -> None:
        binary = find_server(self._configured)
        self._check_history(binary)
        self._check_place()
        self._sweep()
        self._stop_mark.unlink(missing_ok=True)
        socket = self._short_socket()
        seen = self.log.stat().st_size if self.log.exists() else 0
        process = start_detached([str(binary), *self._arguments(socket)], folder=self.runtime, keep=(lock,))
        for _ in _looks(deadline):
            if self._answers():
                return
            if process.poll() is not None:
                raise self._died(seen)
        process.send_signal(signal.SIGTERM)
        raise StoreError(f"{binary} did not answer within {START_SECONDS:.0f} s", f"Look at {self.log}.")

    def _arguments(self, socket: Path) -> list[str]:
        return [
            *("--port", "0"),
            *("--unixsocket", str(socket), "--unixsocketperm", "700"),
            *("--dir", str(self.runtime), "--dbfilename", "redis.rdb", "--save", ""),
            *("--appendonly", "yes", "--appendfilename", "redis.aof", "--appendfsync", "always"),
            *("--pidfile", str(self._pid_file), "--logfile", str(self.log)),
            *("--daemonize", "no", "--databases", "1"),
        ]

    def _short_socket(self) -> Path:
        """Where the server binds: the socket's own place, or a short private folder linked from it."""
        self.socket.parent.mkdir(parents=True, exist_ok=True)
        if len(str(self.socket).encode()) <= _MAX_SOCKET_PATH:
            return self.socket
        digest = hashlib.sha256(str(self.socket.absolute()).encode()).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"tt-{os.getuid()}-{digest}"
        if len(str(folder).encode()) > _MAX_SOCKET_PATH - len("/redis.sock"):
            folder = Path("/tmp") / folder.name  # noqa: S108  checked to be ours below
        folder.mkdir(mode=0o700, exist_ok=True)
        owner = folder.lstat()
        if not stat.S_ISDIR(owner.st_mode) or owner.st_uid != os.getuid():
            raise StoreError(f"{folder} belongs to somebody else", "Set TMPDIR to a folder of yours.")
        folder.chmod(0o700)
        short = folder / "redis.sock"
        short.unlink(missing_ok=True)
        self.socket.symlink_to(short)
        return short

    def _sweep(self) -> None:
        """Removes what a dead server left behind. Only under the lock."""
        if self.socket.is_symlink():
            with suppress(OSError):
                self.socket.readlink().unlink()
        if not self._foreign():
            self.socket.unlink(missing_ok=True)
        self._pid_file.unlink(missing_ok=True)

    def _foreign(self) -> bool:
        """Whether something that is no socket, and so not ours, lies in the socket's place."""
        try:
            mode = self.socket.lstat().st_mode
        except OSError:
            return False
        return not (stat.S_ISSOCK(mode) or stat.S_ISLNK(mode))

    def _check_place(self) -> None:
        if self._foreign():
            raise StoreError(
                f"{self.socket} is in the place of the town's socket, and is no socket",
                "Move it away, or choose another redis.socket_path in tinytown.toml.",
            )

    def _check_history(self, binary: Path) -> None:
        """Refuses a server that would not see what a newer one wrote, and start empty."""
        folder = self.runtime / "appendonlydir"
        if folder.is_dir() and version_of(binary)[0] < _MULTIPART_AOF:
            raise RedisTooOldError(
                f"{folder} was written by Redis 7 or newer, and {binary} is older",
                "Point TT_REDIS_SERVER at the newer redis-server.",
            )

    def _full(self) -> StoreFullError:
        return StoreFullError(
            f"Redis cannot write: the disk that holds {self.runtime} is full",
            "Free some space, then try again; nothing that was acknowledged is lost.",
        )

    def _died(self, seen: int) -> StoreError:
        with suppress(OSError):
            if shutil.disk_usage(self.runtime).free == 0:
                return self._full()
        last = ""
        with suppress(OSError), self.log.open("rb") as log:
            log.seek(max(seen, self.log.stat().st_size - _TAIL))
            lines = log.read().decode(errors="replace").strip().splitlines()
            bad = [line for line in lines if " # " in line and "Redis is starting" not in line]
            last = (bad or lines or [""])[-1]
        reason = re.sub(r"^\d+:\w \d+ \w+ \d+ [\d:.]+ [#*.-] ", "", last) or "it left no reason"
        return StoreError(f"redis-server ended at once: {reason}", f"Look at {self.log}.")


def _looks(deadline: float) -> Iterator[None]:
    """Yields at growing intervals until the deadline: a process that starts or ends sends no event."""
    pause = _FIRST_LOOK
    while time.monotonic() < deadline:
        yield
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_LOOK)
