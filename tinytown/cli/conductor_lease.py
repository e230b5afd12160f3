"""Who the conductor in charge is, as its lease says."""

import json
from typing import Any


def spelled(text: str | None) -> dict[str, Any] | None:
    """A lease as `{id, host, pid}`; None if there is none."""
    if text is None:
        return None
    try:
        lease = json.loads(text)
    except ValueError:
        lease = text
    return lease if isinstance(lease, dict) else {"id": str(text), "host": None, "pid": None}
