"""A run as a picture in letters: a row for each agent, time from left to right."""

from collections.abc import Sequence

from conductor.simulation.attempts import Attempt
from conductor.simulation.steps import SECOND
from tinytown.columns import clip, width
from tinytown.escape import shown

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_STEPS = (
    *(1, 2, 5, 10, 15, 30),
    *(minutes * _MINUTE for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * _HOUR for hours in (1, 2, 3, 6, 12)),
    *(days * _DAY for days in (1, 2, 7, 14, 28, 91, 364, 3640)),
)
_APART = 10
_LONGEST_NAME = 20
_LEAST = 20
_MOST_ROWS = 40
_IDLE = "·"
_ENDS = {"completed": "]", "failed": "x", "retrying": "x", "requeued": "~", "cancelled": "~"}
_DIED = "!"
LEGEND = "x failed, ! its agent died, ~ to be tried later, # several or too short to show"


def timeline(made: Sequence[Attempt], agents: Sequence[str], end: int, room: int) -> list[str]:
    """The picture.

    Args:
        made: The attempts.
        agents: Who gets a row.
        end: The right edge. Microseconds.
        room: The columns there are.
    """
    rows = agents[:_MOST_ROWS]
    margin = min(max(map(width, rows), default=0), _LONGEST_NAME) + 1
    columns = max(room - margin, _LEAST)
    scale = max(end, 1) / columns
    lines = [" " * margin + _axis(end, columns, scale)]
    for agent in rows:
        mine = [one for one in made if one.agent == agent and one.span > 0]
        name = clip(shown(agent), margin - 1)
        lines.append(name + " " * (margin - width(name)) + _row(mine, columns, scale))
    if len(agents) > len(rows):
        lines.append(f"and {len(agents) - len(rows)} more agents")
    return lines


def _row(mine: Sequence[Attempt], columns: int, scale: float) -> str:
    cells = [_IDLE] * columns
    free = 0
    for one in sorted(mine, key=lambda one: one.started):
        first = min(int(one.started / scale), columns - 1)
        last = min(max(round(one.ended / scale), first + 1), columns)
        if first < free:  # shares its first column with the one before
            if last <= free:
                cells[first] = "#"
                continue
            first = free
        cells[first:last] = _bar(one, last - first)
        free = last
    return "".join(cells)


def _bar(one: Attempt, size: int) -> list[str]:
    end = _DIED if one.died else _ENDS[one.how]
    if size == 1:
        return ["#" if end == "]" else end]
    text = "".join(char for char in one.label if char.isascii())[: size - 2]
    return ["[", *text, *("-" * (size - 2 - len(text))), end]


def _axis(end: int, columns: int, scale: float) -> str:
    step = next((step for step in _STEPS if step * SECOND / scale >= _APART), _STEPS[-1])
    line = ""
    moment = 0
    while moment * SECOND <= end:
        at, text = round(moment * SECOND / scale), brief(moment)
        if at >= len(line) and at + len(text) <= columns:
            line = line.ljust(at) + text
        moment += step
    return line


def brief(seconds: int) -> str:
    """A moment of the axis: `0`, `90s`, `20m`, `1h30m`, `2d`."""
    parts = []
    for size, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "m"), (1, "s")):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0"
