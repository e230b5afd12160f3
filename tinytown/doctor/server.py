"""Checks Redis itself: that it is fit, that it keeps what it acknowledges, that its clock is ours."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from tinytown.clock import now
from tinytown.connection import MIN_VERSION, Connection
from tinytown.doctor.finding import Finding, Fix, error, warning
from tinytown.errors import StoreError

_SETTINGS = ("appendonly", "appendfsync", "maxmemory", "maxmemory-policy")
_CLOCK_SECONDS = 5.0
_NEARLY_FULL = 0.9
_NO_EVICTION = "noeviction"


@dataclass(frozen=True, slots=True)
class Vitals:
    """What a Redis says of itself.

    `settings` lack what it does not tell: some providers forbid CONFIG. `ahead` is by how many seconds its clock is
    before ours.
    """

    address: str
    managed: bool
    info: Mapping[str, str]
    settings: Mapping[str, str]
    ahead: float = 0.0

    @property
    def version(self) -> str:
        """Its version, as it says it."""
        return self.info.get("redis_version", "?")


def read_vitals(connection: Connection, *, managed: bool) -> Vitals:
    """Asks a Redis about itself.

    Raises:
        StoreError: It does not answer.
    """
    lines = str(connection.run("INFO")).splitlines()
    info = dict(line.split(":", 1) for line in lines if ":" in line and not line.startswith("#"))
    settings: dict[str, str] = {}
    for name in _SETTINGS:
        with suppress(StoreError):
            flat = connection.run("CONFIG", "GET", name)
            settings.update(zip(flat[::2], flat[1::2], strict=True))
    before = now().timestamp()
    whole, micro = connection.run("TIME")
    ahead = int(whole) + int(micro) / 1e6 - (before + now().timestamp()) / 2
    return Vitals(str(connection.address), managed, info, settings, ahead)


def check_vitals(vitals: Vitals, connection: Connection | None = None) -> Iterator[Finding]:
    """What is wrong with a Redis.

    Args:
        vitals: What it says of itself.
        connection: To correct the settings of the town's own with; nobody else's are touched.
    """
    version = tuple(int(part) for part in vitals.version.split(".")[:2] if part.isdigit())
    if version < MIN_VERSION:
        yield error(vitals.address, f"Redis is version {vitals.version}", "Tinytown needs 6.2 or newer")
    yield from _check_disk(vitals, connection)
    yield from _check_memory(vitals, connection)
    if vitals.info.get("role", "master") != "master":
        yield error(vitals.address, "this Redis is a replica, and refuses what is written", "Use its master")
    if abs(vitals.ahead) > _CLOCK_SECONDS:
        where = "ahead of" if vitals.ahead > 0 else "behind"
        yield warning(
            vitals.address,
            f"its clock is {abs(vitals.ahead):.0f} s {where} ours",
            "Set the clocks of both machines by the same time server",
        )


def _check_disk(vitals: Vitals, connection: Connection | None) -> Iterator[Finding]:
    settings, weigh = vitals.settings, error if vitals.managed else warning
    if settings.get("appendonly", vitals.info.get("aof_enabled")) in ("no", "0"):
        fix = _setting(vitals, connection, "appendonly", "yes")
        yield weigh(
            "appendonly",
            "Redis writes no append-only file: what was acknowledged is lost if it ends",
            "In its configuration: appendonly yes",
            fix,
        )
    elif settings.get("appendfsync", "always") != "always":
        fix = _setting(vitals, connection, "appendfsync", "always")
        yield weigh(
            "appendfsync",
            f'is "{settings["appendfsync"]}": what was acknowledged last is lost if Redis is killed',
            "In its configuration: appendfsync always",
            fix,
        )
    for name, what in (
        ("aof_last_write_status", "the last write to the append-only file"),
        ("aof_last_bgrewrite_status", "the last rewrite of the append-only file"),
        ("rdb_last_bgsave_status", "the last snapshot"),
    ):
        if vitals.info.get(name, "ok") != "ok":
            yield error(name, f"{what} failed", "Free some space on its disk; its log tells more")


def _check_memory(vitals: Vitals, connection: Connection | None) -> Iterator[Finding]:
    limit = int(vitals.settings.get("maxmemory", vitals.info.get("maxmemory", "0")))
    if not limit:
        return
    policy = vitals.settings.get("maxmemory-policy", vitals.info.get("maxmemory_policy", _NO_EVICTION))
    if policy != _NO_EVICTION:
        yield error(
            "maxmemory-policy",
            f'is "{policy}": tasks may vanish when memory is full',
            f"In its configuration: maxmemory-policy {_NO_EVICTION}",
            _setting(vitals, connection, "maxmemory-policy", _NO_EVICTION),
        )
    used = int(vitals.info.get("used_memory", "0"))
    if used > _NEARLY_FULL * limit:
        yield warning("maxmemory", f"{used * 100 // limit} % of the memory is used", "Raise maxmemory")


def _setting(vitals: Vitals, connection: Connection | None, name: str, value: str) -> Fix | None:
    if not vitals.managed or connection is None:
        return None
    return Fix(f"set to {value}", act=lambda: connection.run("CONFIG", "SET", name, value))
