"""Time: the present moment, and durations as people write them."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from tinytown.errors import UsageError

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")


_followed: ContextVar[Callable[[], datetime] | None] = ContextVar("_followed", default=None)


def now() -> datetime:
    """The present moment, in UTC."""
    clock = _followed.get()
    return datetime.now(UTC) if clock is None else clock()


@contextmanager
def following(clock: Callable[[], datetime]) -> Iterator[None]:
    """Within this block, and in this thread only, `now` follows another clock: a simulated one.

    Args:
        clock: Tells the moment, in UTC.
    """
    token = _followed.set(clock)
    try:
        yield
    finally:
        _followed.reset(token)


def rfc3339(moment: datetime) -> str:
    """A moment as RFC 3339 in UTC with `Z`, to the microsecond."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seconds(duration: str) -> float:
    """Seconds of a duration such as `30s`, `20m`, `1h30m`, `250ms`.

    Raises:
        UsageError: If the text is not a duration.
    """
    text = duration.strip()
    parts = _PART.findall(text)
    if not parts or "".join(n + u for n, u in parts) != text:
        raise UsageError(f'"{duration}" is not a duration', "Write it like 30s, 20m or 1h30m.")
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def spell(secs: float) -> str:
    """A duration for people: `0.42 s`, `12 s`, `3 min 05 s`, `2 h 10 min`."""
    if secs < 10:  # noqa: PLR2004  below ten seconds the fraction is worth reading
        return f"{secs:.2f} s"
    whole = round(secs)
    if whole < 60:  # noqa: PLR2004  seconds in a minute
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:  # noqa: PLR2004  minutes in an hour
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"
