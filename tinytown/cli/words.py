"""Words for numbers and times."""

from datetime import datetime

from tinytown.clock import now, spell


def count(number: int, noun: str) -> str:
    """`no tasks`, `1 task`, `2 tasks`."""
    if number == 1:
        return f"1 {noun}"
    return f"{number or 'no'} {noun}s"


def ago(moment: datetime | None) -> str:
    """How long ago, or `never`."""
    if moment is None:
        return "never"
    return f"{spell(max(0.0, (now() - moment).total_seconds()))} ago"


def local(moment: datetime) -> str:
    """A moment on this machine's clock, to the second."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")
