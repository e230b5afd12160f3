"""Checks the plan's hash: what was last synced, and its notes. Pure."""

import json
from collections.abc import Iterator

from tinytown.doctor.finding import Finding, error
from tinytown.doctor.stock import Stock
from tinytown.keys import AGENTS, GENERATION, META, PAUSED, PUSHING

_PLAIN = (GENERATION, PUSHING)


def check_notes(stock: Stock) -> Iterator[Finding]:
    """A push that was cut off, and entries that cannot be read."""
    key = stock.keys.plan
    fields = stock.fields(key)
    if PUSHING in fields:
        yield error(
            key, "a push was cut off, or is under way still; no task is released until it is whole", "tt sync push"
        )
    generation = fields.get(GENERATION)
    if generation is not None and not generation.isdigit():
        yield error(key, f"the generation is {generation[:40]!r}, not a number", "tt sync push")
    for name, text in sorted(fields.items()):
        if name not in _PLAIN and not _is_table(text):
            what = {META: "the plan's own settings", AGENTS: "the team", PAUSED: "the pause"}.get(name, f'"{name}"')
            remedy = "tt resume" if name == PAUSED else f"{stock.cli} HDEL '{key}' '{name}', then tt sync push"
            yield error(key, f"what is noted of {what} cannot be read: {text[:40]!r}", remedy)


def _is_table(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except ValueError:
        return False
