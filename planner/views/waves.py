"""The plan wave by wave: what can run at once."""

from planner.plan import Entry
from planner.views import cells
from planner.views.footer import footer, number
from planner.views.lines import STRONG, Line, Piece, aligned, fitted, line
from planner.views.scene import Scene


def wave_lines(scene: Scene, room: int | None = None) -> list[Line]:
    """The tasks of each wave: all of them can run at once, when the waves before are done. Groups are left out.

    Args:
        scene: What is shown.
        room: The columns of the terminal; None for a pipe.
    """
    waves: dict[int, list[Entry]] = {}
    for entry in scene.shown:
        if not entry.group:
            waves.setdefault(scene.waves[entry.id], []).append(entry)
    order = sorted(waves)
    rows = aligned([_row(scene, entry) for wave in order for entry in waves[wave]], room)
    lines: list[Line] = []
    at = 0
    for wave in order:
        size = len(waves[wave])
        lines += [_heading(wave, waves[wave]), *rows[at : at + size], ()]
        at += size
    lines += [_width(scene, waves), *footer(scene, bar=room is not None)]
    return [fitted(one, room) for one in lines]


def _row(scene: Scene, entry: Entry) -> list[Line]:
    name = (Piece("  "), *cells.name(scene, entry))
    return [name, cells.state(scene, entry), cells.who(scene, entry), cells.needs(entry), cells.text(entry)]


def _heading(wave: int, entries: list[Entry]) -> Line:
    agents = {entry.agent for entry in entries if entry.agent}
    told = number(len(entries), "task") + (f" for {number(len(agents), 'agent')}" if agents else "")
    return (Piece(f"wave {wave}", STRONG), Piece(f": {told}"))


def _width(scene: Scene, waves: dict[int, list[Entry]]) -> Line:
    widest = max(map(len, waves.values()), default=0)
    most = scene.plan.max_parallel
    limit = f" (max_parallel allows {most})" if most is not None and most < widest else ""
    return line(f"{number(len(waves), 'wave')}, at most {number(widest, 'task')} at once{limit}")
