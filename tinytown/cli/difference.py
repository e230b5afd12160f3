"""Two versions of a file as a unified diff."""

import difflib

from tinytown.cli.output import paint
from tinytown.escape import shown

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def difference(name: str, before: bytes, after: bytes) -> str:
    """The unified diff, harmless to show and coloured on a terminal; empty if the versions are the same.

    Args:
        name: How to call the file.
        before: What it held.
        after: What it is to hold.
    """
    old, new = _lines(before), _lines(after)
    lines = difflib.unified_diff(old, new, name, f"{name} (new)", lineterm="")
    return "\n".join(paint(shown(line), _COLOURS.get(line[:1])) for line in lines)


def _lines(data: bytes) -> list[str]:
    """The lines, with a word about a missing line end in the last one."""
    *lines, last = data.decode(errors="replace").split("\n")
    return [*lines, f"{last}  (no line end)"] if last else lines
