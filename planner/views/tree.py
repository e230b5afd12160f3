"""The plan as a tree for people."""

from collections.abc import Iterator

from planner.plan import Entry
from planner.views import cells
from planner.views.footer import footer
from planner.views.lines import FAINT, STRONG, Line, Piece, aligned, fitted, line
from planner.views.scene import Scene
from planner.views.state import GROUP, ICONS
from tinytown.escape import shown

_DEEPEST = 16
"""Below this depth the branches are not drawn any more: the depth is said as a number."""


def tree_lines(scene: Scene, room: int | None = None) -> list[Line]:
    """The plan as a tree: children under their parents, the rest in the file's order.

    Of a choice of tasks those above them stay too, in brackets.

    Args:
        scene: What is shown.
        room: The columns of the terminal; None for a pipe.
    """
    rows = [_row(scene, entry, branches) for entry, branches in _walk(scene)]
    title = scene.plan.description
    head = [line(shown(title), STRONG), ()] if title else []
    lines = [*head, *aligned(rows, room), (), *footer(scene, bar=room is not None)]
    return [fitted(one, room) for one in lines]


def _row(scene: Scene, entry: Entry, branches: str) -> list[Line]:
    branch = line(branches, FAINT)
    if entry.id not in scene.chosen:
        icon = GROUP if entry.group else ICONS[scene.states[entry.id]]
        return [(*branch, Piece(f"{icon} ({entry.id})", FAINT)), (), (), (), ()]
    return [
        (*branch, *cells.name(scene, entry)),
        cells.state(scene, entry),
        cells.who(scene, entry),
        cells.needs(entry),
        cells.text(entry),
    ]


def _walk(scene: Scene) -> Iterator[tuple[Entry, str]]:
    """Every task of the tree from top to bottom, with the branches that lead to it."""
    kept = _kept(scene)
    below = {
        parent: [child for child in children if child.id in kept] for parent, children in scene.children.items()
    }
    # An explicit stack: a chain of children may be thousands deep.
    stack = [(entry, 0, "", "") for entry in reversed(below.get(None, []))]
    while stack:
        entry, depth, branches, trunk = stack.pop()
        yield entry, branches
        children = below.get(entry.id, [])
        if depth >= _DEEPEST:
            stack += [(child, depth + 1, f"{trunk}└{depth + 1}─", trunk) for child in reversed(children)]
            continue
        for child in reversed(children):
            last = child is children[-1]
            corner, more = ("└─", "  ") if last else ("├─", "│ ")
            stack.append((child, depth + 1, trunk + corner, trunk + more))


def _kept(scene: Scene) -> set[str]:
    """The tasks to show and all above them."""
    kept = set(scene.chosen)
    for entry in scene.shown:
        above = entry.parent
        while above is not None and above not in kept:
            kept.add(above)
            above = scene.plan.by_id[above].parent
    return kept
