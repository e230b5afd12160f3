"""A circle of waiting, worded as a finding: the whole path, and the line of each of its ties."""

from collections.abc import Mapping
from typing import Protocol

from planner.diagnostics.finding import Finding, Related, finding
from planner.document import Document, Path
from planner.graph import Tie, Wait


class _Placed(Protocol):
    """A task whose place in the file is known."""

    def path(self, *more: str | int) -> Path: ...
    def need_path(self, need: str) -> Path: ...


_WORDS = {
    Tie.NEED: '"{task}" needs "{on}"',
    Tie.PARENT: '"{task}" is a child of "{on}"',
    Tie.MEMBER: '"{task}" is a member of the group "{on}"',
    Tie.GROUP: 'the group "{task}" ends after its member "{on}"',
}
_SHOWN = 20
"""So many steps are told in the message; the related places tell all."""


def circle(document: Document, waits: tuple[Wait, ...], tasks: Mapping[str, _Placed]) -> Finding:
    """The finding for one circle, placed at its first tie.

    Args:
        document: The file.
        waits: Each task waits for the next, the last one for the first.
        tasks: The tasks by id.
    """
    steps = [_WORDS[wait.tie].format(task=wait.task, on=wait.on) for wait in waits]
    places = [document.place(_path(wait, tasks)).value for wait in waits]
    told = ", ".join(steps[:_SHOWN]) + (f", and {len(steps) - _SHOWN} more" if len(steps) > _SHOWN else "")
    cut = ["…"] if len(waits) > _SHOWN else []
    path = " → ".join([*(wait.task for wait in waits[:_SHOWN]), *cut, waits[0].task])
    name = document.source.name
    return finding(
        "TT008",
        name,
        places[0],
        f"tasks wait for each other in a circle: {told}",
        help=f"take out one tie of {path}",
        label="the circle closes here",
        related=[
            Related(name, span.line, span.column, step) for span, step in list(zip(places, steps, strict=True))[1:]
        ],
    )


def _path(wait: Wait, tasks: Mapping[str, _Placed]) -> Path:
    """Where the tie is written: with a group, at the member."""
    if wait.tie is Tie.NEED:
        return tasks[wait.task].need_path(wait.on)
    member = wait.on if wait.tie is Tie.GROUP else wait.task
    return tasks[member].path("parent")
