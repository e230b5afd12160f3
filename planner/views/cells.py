"""What views say of one task, cell by cell."""

from planner.plan import Entry
from planner.views.lines import FAINT, MARKED, STRONG, Line, Piece, line
from planner.views.scene import Scene
from planner.views.state import CRITICAL, GROUP, ICONS, doer
from tinytown.escape import clipped, shown
from tinytown.states import TaskState


def name(scene: Scene, entry: Entry) -> Line:
    """The icon, the id, for a group how far it is, and the mark of the critical path."""
    state = scene.states[entry.id]
    pieces = [Piece(GROUP if entry.group else ICONS[state], state), Piece(" "), Piece(entry.id, STRONG)]
    if entry.group:
        part = scene.parts[entry.id]
        pieces.append(Piece(f" {part.completed}/{part.tasks}", state))
    if entry.id in scene.critical:
        pieces.append(Piece(f" {CRITICAL}", MARKED))
    return tuple(pieces)


def state(scene: Scene, entry: Entry) -> Line:
    """The state in a word, and the attempt if it is not the first."""
    word = scene.states[entry.id]
    attempt = scene.attempt(entry) or 0
    again = f" try {attempt}" if attempt > 1 and not entry.group else ""
    return line(f"{word}{again}", word)


def who(scene: Scene, entry: Entry) -> Line:
    """Who is to do it, and who has it if that is somebody else."""
    holder = scene.holder(entry)
    has = f"→ {holder}" if holder and scene.states[entry.id] is not TaskState.PENDING else ""
    return line(shown(" ".join(part for part in (doer(entry), has) if part)), FAINT)


def needs(entry: Entry) -> Line:
    """The tasks that it needs."""
    return line(f"after {', '.join(entry.needs)}", FAINT) if entry.needs else ()


def text(entry: Entry) -> Line:
    """The beginning of its description."""
    return line(clipped(entry.description))
