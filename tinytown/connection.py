"""The one door to Redis: opens connections, speaks commands, and gives errors their names.

A Connection is one socket. Unless told otherwise it never times out while it waits for an answer
(`socket_timeout=None`: blocking commands wait for as long as they were told to). It never repeats a command by
itself (a repeated write may have happened already), and connects anew at the next command after it broke.
"""

import re
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, cast
from urllib.parse import urlsplit, urlunsplit

from redis import connection as redis_connection
from redis import exceptions as redis_errors
from redis.backoff import NoBackoff
from redis.retry import Retry

from tinytown import errors
from tinytown.refusal import refusal

MIN_VERSION = (6, 2)
"""BLMOVE and LMOVE came with Redis 6.2."""

_CONNECT_SECONDS = 5.0
_MAX_SOCKET_PATH = 100
_CUT_OFF = {
    redis_errors.OutOfMemoryError: "OOM",
    redis_errors.BusyLoadingError: "LOADING",
    redis_errors.ReadOnlyError: "READONLY",
    redis_errors.TryAgainError: "TRYAGAIN",
    redis_errors.MasterDownError: "MASTERDOWN",
    redis_errors.ClusterDownError: "CLUSTERDOWN",
}
_FOREIGN = re.compile(r"\bWRONGTYPE\b")

_NETWORK = (redis_errors.ConnectionError, redis_errors.TimeoutError, OSError)

Command = Sequence[str | int]


class _Wire(Protocol):
    """What we use of redis-py's connection."""

    def connect(self) -> None: ...
    def disconnect(self) -> None: ...
    def send_packed_command(self, command: Any) -> None: ...
    def pack_command(self, *args: Any) -> Any: ...
    def pack_commands(self, commands: Any) -> Any: ...
    def read_response(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Address:
    """Where Redis is: a Unix socket's path, or a URL (`redis://host:port/db`, `rediss://…`)."""

    socket: Path | None = None
    url: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        if self.socket is not None:
            return str(self.socket)
        parts = urlsplit(self.url or "")
        host = parts.hostname or ""
        port = ""
        with suppress(ValueError):
            port = f":{parts.port}" if parts.port else ""
        return urlunsplit((parts.scheme, host + port, parts.path, "", ""))


class Connection:
    """One connection to Redis. Threads may share it, but then wait for each other.

    Args:
        address: Where Redis is.
        patience: Seconds to wait for the connection, and then for an answer, before it counts as lost. Only for
            connections that never block: whoever waits for work must wait without end (None).
        revive: Called when the connection is lost or refused, before one new attempt to connect; it may
            start the server again, or raise to say that nobody should.
    """

    def __init__(
        self,
        address: Address,
        revive: Callable[[], None] | None = None,
        patience: float | None = None,
    ) -> None:
        self.address = address
        self._patience = patience
        self._revive = revive
        self._wire: _Wire | None = None
        self._lock = threading.RLock()

    def run(self, *command: str | int) -> Any:
        """One command and its answer, as Redis gives it: str, int, None, or nested lists of them.

        Raises:
            StoreError: The command was refused, or (RedisUnreachableError) its fate is unknown.
        """
        with self._lock:
            wire = self._connected()
            try:
                wire.send_packed_command(wire.pack_command(*map(_exact, command)))
                return wire.read_response()
            except BaseException as error:
                raise self._named(error) from error

    def run_all(self, commands: Sequence[Command]) -> list[Any]:
        """Several commands in one round trip, and their answers in order.

        Raises:
            StoreError: As `run`, for the first command that was refused; the others were still carried out.
        """
        if not commands:
            return []
        with self._lock:
            wire = self._connected()
            answers: list[Any] = []
            refused: redis_errors.ResponseError | None = None
            try:
                wire.send_packed_command(wire.pack_commands([[*map(_exact, one)] for one in commands]))
                for _ in commands:
                    try:
                        answers.append(wire.read_response())
                    except redis_errors.ResponseError as error:
                        refused = refused or error
                        answers.append(None)
            except BaseException as error:
                raise self._named(error) from error
            if refused is not None:
                raise self._named(refused) from refused
            return answers

    def listen(self) -> Any:
        """The next message of a subscription (after `run("SUBSCRIBE", channel)`).

        Raises:
            StoreError: If the connection broke.
        """
        with self._lock:
            wire = self._connected()
            try:
                return wire.read_response()
            except BaseException as error:
                raise self._named(error) from error

    def close(self) -> None:
        """Closes the socket. Another command would open it again."""
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.disconnect()

    def version(self) -> tuple[int, int]:
        """The server's version, as (major, minor)."""
        info = str(self.run("INFO", "server"))
        found = re.search(r"redis_version:(\d+)\.(\d+)", info)
        return (int(found[1]), int(found[2])) if found else (0, 0)

    def check_version(self) -> None:
        """Raises RedisTooOldError unless the server has the commands that we need."""
        version = self.version()
        if version < MIN_VERSION:
            raise errors.RedisTooOldError(
                f"Redis at {self.address} is version {version[0]}.{version[1]}",
                "Tinytown needs Redis 6.2 or newer.",
            )

    def _connected(self) -> _Wire:
        if self._wire is None:
            self._wire = self._open()
        return self._wire

    def _open(self) -> _Wire:
        wire = _wire(self.address, self._patience)
        try:
            wire.connect()
        except _NETWORK as error:
            if self._revive is None or isinstance(error, redis_errors.AuthenticationError):
                raise self._named(error) from error
        except redis_errors.RedisError as error:
            raise self._named(error) from error
        else:
            return wire
        self._revive()
        wire = _wire(self.address, self._patience)
        try:
            wire.connect()
        except (*_NETWORK, redis_errors.RedisError) as error:
            raise self._named(error) from error
        return wire

    def _named(self, error: BaseException) -> BaseException:
        """The error in our own words; drops the connection unless Redis answered in good order."""
        answered = isinstance(error, redis_errors.ResponseError)
        if not answered or isinstance(error, redis_errors.AuthenticationError):
            with suppress(Exception):
                self.close()
        if isinstance(error, redis_errors.RedisError | OSError):
            return named(error, self.address)
        return error


def named(error: Exception, address: Address) -> errors.StoreError:
    """An error of redis-py as one of ours.

    Args:
        error: What redis-py raised.
        address: Which Redis it was about; shown without its password.
    """
    text = str(error) or type(error).__name__
    if isinstance(error, redis_errors.AuthenticationError) or text.startswith(("NOAUTH", "WRONGPASS", "NOPERM")):
        return errors.RedisDeniedError(
            f"Redis at {address} refuses us: {text}",
            "Set the password in the environment: TINYTOWN_REDIS_PASSWORD; or in a file: redis.password_file.",
        )
    if isinstance(error, redis_errors.NoScriptError):
        return errors.UnknownScriptError(text)
    refused = refusal(f"{_code(error)} {text}".strip(), str(address))
    if refused is not None:
        return refused
    if isinstance(error, _NETWORK):
        return errors.RedisUnreachableError(
            f"Redis at {address} does not answer: {text}",
            "Check that it runs and is reachable; `tt start` starts the town's own.",
        )
    if _FOREIGN.search(text):
        return errors.StoreError(
            f"Redis at {address} refused a command: {text}",
            "A key of this town is of another kind than it should be; if another program left it, `tt migrate` "
            "brings it over.",
        )
    return errors.StoreError(f"Redis at {address} refused a command: {text}")


def _code(error: Exception) -> str:
    """The first word of an answer, where redis-py has cut it off."""
    return next((code for kind, code in _CUT_OFF.items() if isinstance(error, kind)), "")


def _exact(part: str | int) -> str | int | bytes:
    """A word as the bytes that it was read from; hiredis would refuse foreign ones."""
    if isinstance(part, str) and not part.isascii():
        return part.encode(errors="surrogateescape")
    return part


def _wire(address: Address, patience: float | None) -> _Wire:
    # redis-py leaves these two without annotations.
    unix_kind: Any = redis_connection.UnixDomainSocketConnection
    parse_url: Any = redis_connection.parse_url
    shared: dict[str, Any] = {
        "socket_timeout": patience,
        "socket_connect_timeout": min(_CONNECT_SECONDS, patience or _CONNECT_SECONDS),
        "retry": Retry(NoBackoff(), 0),
        "decode_responses": True,
        "encoding_errors": "surrogateescape",  # foreign bytes come back as they were
        "protocol": 2,
        "health_check_interval": 0,
    }
    if address.password:
        shared["password"] = address.password
    if address.socket is not None:
        path = reachable(address.socket)
        return cast(_Wire, unix_kind(path=str(path), **shared))
    try:
        parsed = dict(parse_url(address.url or ""))
    except ValueError:  # its words might quote the password
        raise errors.ConfigError(
            "REDIS_URL, or redis.url in tinytown.toml, is no address of a Redis",
            "Write it like redis://host:6379/0, special characters of a password as %40.",
        ) from None
    kind = parsed.pop("connection_class", redis_connection.Connection)
    if kind is not unix_kind:
        shared["socket_keepalive"] = True
    return cast(_Wire, kind(**{**parsed, **shared}))


def reachable(socket: Path) -> Path:
    """A path to the same socket that fits into a socket address (about 100 bytes).

    A deep town leaves a symlink at its socket's place, which leads to a short directory.
    """
    if len(str(socket).encode()) <= _MAX_SOCKET_PATH:
        return socket
    with suppress(OSError):
        return socket.readlink()
    return socket
