"""Who the conductor in charge is, as its lease says."""

from typing import Any

from tinytown.incumbent import named


def spelled(text: str | None) -> dict[str, Any] | None:
    """A lease as `{id, host, pid}`; None if there is none."""
    if text is None:
        return None
    who = named(text)
    return {"id": text, "host": None, "pid": None} if who is None else who
