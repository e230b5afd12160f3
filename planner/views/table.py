"""The plan as a table: one line for each task, in the file's order."""

from planner.plan import Entry
from planner.views import cells
from planner.views.lines import FAINT, Line, aligned, fitted, line
from planner.views.scene import Scene
from planner.views.work import brief

_TOOK = "TOOK"
"""A column that there is only if something has run."""
_HEADER = ("  ID", "STATE", "AGENT", "WAITS FOR", "WAVE", "ESTIMATE", _TOOK, "DESCRIPTION")


def table_lines(scene: Scene, room: int | None = None) -> list[Line]:
    """The tasks as a table.

    Args:
        scene: What is shown.
        room: The columns of the terminal; None for a pipe.
    """
    ran = any(scene.took(entry) is not None for entry in scene.shown)
    header = [line(heading, FAINT) if ran or heading != _TOOK else () for heading in _HEADER]
    lines = aligned([header, *(_row(scene, entry, ran=ran) for entry in scene.shown)], room)
    return [fitted(one, room) for one in lines]


def _row(scene: Scene, entry: Entry, *, ran: bool) -> list[Line]:
    took = scene.took(entry)
    return [
        cells.name(scene, entry),
        cells.state(scene, entry),
        cells.who(scene, entry) or _NOTHING,
        line(", ".join(_before(entry))) or _NOTHING,
        line(str(scene.waves[entry.id])),
        line(entry.estimate or "") or _NOTHING,
        () if not ran else _NOTHING if took is None else line(brief(took)),
        cells.text(entry),
    ]


_NOTHING = line("-", FAINT)


def _before(entry: Entry) -> list[str]:
    """The parent and the needs; a parent that is needed too is said once."""
    return list(dict.fromkeys([*([entry.parent] if entry.parent else []), *entry.needs]))
