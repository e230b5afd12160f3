"""The plan as a table: one line for each task, in the file's order."""

from planner.plan import Entry
from planner.views import cells
from planner.views.lines import FAINT, Line, aligned, fitted, line
from planner.views.scene import Scene

_HEADER = ("  ID", "STATE", "AGENT", "WAITS FOR", "WAVE", "ESTIMATE", "DESCRIPTION")


def table_lines(scene: Scene, room: int | None = None) -> list[Line]:
    """The tasks as a table.

    Args:
        scene: What is shown.
        room: The columns of the terminal; None for a pipe.
    """
    header = [line(heading, FAINT) for heading in _HEADER]
    lines = aligned([header, *(_row(scene, entry) for entry in scene.shown)], room)
    return [fitted(one, room) for one in lines]


def _row(scene: Scene, entry: Entry) -> list[Line]:
    return [
        cells.name(scene, entry),
        cells.state(scene, entry),
        cells.who(scene, entry) or _NOTHING,
        line(", ".join(_before(entry))) or _NOTHING,
        line(str(scene.waves[entry.id])),
        line(entry.estimate or "") or _NOTHING,
        cells.text(entry),
    ]


_NOTHING = line("-", FAINT)


def _before(entry: Entry) -> list[str]:
    """The parent and the needs; a parent that is needed too is said once."""
    return list(dict.fromkeys([*([entry.parent] if entry.parent else []), *entry.needs]))
