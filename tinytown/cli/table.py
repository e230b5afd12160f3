"""Tables in plain text: aligned columns, the last one cut at the edge of the terminal."""

import shutil
from collections.abc import Sequence

from tinytown.cli.output import on_terminal, paint, say
from tinytown.columns import clip, width

_GAP = 2
_LEAST = 20


def say_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Prints rows under a header.

    Args:
        header: The columns' names.
        rows: One text for each column; made harmless, but it may be painted.
    """
    widths = [max(width(row[at]) for row in [header, *rows]) for at in range(len(header) - 1)]
    room = _room(sum(widths) + _GAP * len(widths))
    say(paint(_line(header, widths, room), dim=True))
    for row in rows:
        say(_line(row, widths, room))


def _room(used: int) -> int | None:
    if not on_terminal():
        return None
    return max(_LEAST, shutil.get_terminal_size().columns - used)


def _line(row: Sequence[str], widths: Sequence[int], room: int | None) -> str:
    cells = [text + " " * (wide - width(text) + _GAP) for text, wide in zip(row, widths, strict=False)]
    last = row[-1] if room is None or "\x1b" in row[-1] else clip(row[-1], room)
    return ("".join(cells) + last).rstrip()
