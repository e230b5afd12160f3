"""The note of a pause in the plan's hash: who paused the town, when, and why. Pure."""

import json
from contextlib import suppress
from datetime import datetime
from typing import Any

from tinytown.clock import rfc3339


def noted(who: str, moment: datetime, note: str | None) -> str:
    """The note as Redis holds it: JSON `{by, at, note}`."""
    return json.dumps({"by": who, "at": rfc3339(moment), "note": note}, ensure_ascii=False)


def told(text: str) -> str:
    """The note in words."""
    said = read(text)
    by = f" by {said['by']}" if said.get("by") else ""
    since = f" since {said['at'][:19].replace('T', ' ')} UTC" if said.get("at") else ""
    why = f": {said['note']}" if said.get("note") else ""
    return f"the town is paused{by}{since}{why}"


def read(text: str) -> dict[str, Any]:
    """The note as a document; empty if it makes no sense."""
    with suppress(ValueError):
        said = json.loads(text)
        if isinstance(said, dict):
            return said
    return {}
