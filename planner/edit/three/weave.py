"""Writes a merged plan over one of its versions: what that version says already keeps its bytes."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from planner.document import Document
from planner.edit.array import Array
from planner.edit.block import Blocks
from planner.edit.move import uncommented
from planner.edit.splice import Splice, inline, line_end_before, verified
from planner.edit.three.agree import Lines
from planner.edit.three.entry import Entry
from planner.edit.three.outside import with_outside
from planner.edit.three.version import Version, Who
from planner.edit.three.wish import Wish
from planner.edit.three.writing import Writing


@dataclass(frozen=True)
class Weaver:
    """Writes a merged plan.

    Args:
        wish: What it is to say.
        base: The common version.
        canvas: The version whose bytes stay where it says what is wished.
        other: The version from which new things come as they are written there.
        lines: Merges texts.
    """

    wish: Wish
    base: Version
    canvas: Version
    other: Version
    lines: Lines

    def woven(self) -> Document:
        """The plan that says what is wished.

        Raises:
            EditError: The canvas cannot be changed safely.
        """
        document = with_outside(self.canvas.document, self.other.document, self.wish.rest)
        array = Array.at(document, ("tasks",))
        document = self._with_values(document) if array else self._with_lines(document)
        gone = [self.canvas.positions[who] for who in self.canvas.tasks if who not in self._tasks]
        if gone:
            document = verified(document, _without(document, gone), self._meant(document, self._kept))
        splices = [self._added(document, behind, run) for behind, run in self._runs()]
        return verified(document, splices, self._meant(document, self._order)) if splices else document

    @property
    def _tasks(self) -> Mapping[Who, Entry]:
        return self.wish.tasks

    @cached_property
    def _kept(self) -> Sequence[Who]:
        return [who for who in self.canvas.tasks if who in self._tasks]

    @cached_property
    def _writing(self) -> Writing:
        return Writing(self.base, self.canvas, self.other, self.lines)

    @cached_property
    def _order(self) -> Sequence[Who]:
        """All tasks: a new one behind the one that it follows in the other version, or else at the end."""
        order, known = list(self._kept), set(self._kept)
        theirs = [who for who in self.other.tasks if who in self._tasks]
        last = max((at for at, who in enumerate(theirs) if who in known), default=-1)
        behind = None
        for at, who in enumerate(theirs):
            if who not in known:
                order.insert(len(order) if behind is None or at > last else order.index(behind) + 1, who)
            behind = who
        return order

    def _runs(self) -> Iterator[tuple[Who | None, list[Who]]]:
        """The new tasks that stand together, with the old one before them."""
        old = set(self._kept)
        behind: Who | None = None
        run: list[Who] = []
        for who in self._order:
            if who in old:
                if run:
                    yield behind, run
                behind, run = who, []
            else:
                run.append(who)
        if run:
            yield behind, run

    def _with_lines(self, document: Document) -> Document:
        """The plan with other lines for the tasks that change."""
        entries: list[Any] = list(document.values.get("tasks", []))
        blocks = Blocks(document)
        splices = []
        for who in self._kept:
            position = self.canvas.positions[who]
            entries[position] = self._tasks[who]
            old = blocks.text(position)
            text = self._writing.block(old, who, self._tasks[who])
            if text != old:
                start, end = blocks.spans[position]
                whole = document.source.data.endswith(b"\n", start, end)
                ending = b"" if whole else line_end_before(text, len(text))
                splices.append(Splice(start, end, text[: len(text) - len(ending)]))
        return verified(document, splices, {**document.values, "tasks": entries}) if splices else document

    def _with_values(self, document: Document) -> Document:
        for who in self._kept:
            document = self._writing.said(document, self.canvas.positions[who], who, self._tasks[who])
        return document

    def _added(self, document: Document, behind: Who | None, run: Iterable[Who]) -> Splice:
        array = Array.at(document, ("tasks",))
        at = -1 if behind is None else self._kept.index(behind)
        if array is not None:
            return array.inserted(at, [inline(self._tasks[who]) for who in run])
        blocks = Blocks(document)
        text = document.source.newline.join(self._writing.block(None, who, self._tasks[who]) for who in run)
        return blocks.added(text, blocks.end() if behind is None else blocks.behind(at))

    def _meant(self, document: Document, tasks: Iterable[Who]) -> dict[str, Any]:
        entries = [self._tasks[who] for who in tasks]
        meant = {**document.values, "tasks": entries}
        if not entries and Array.at(document, ("tasks",)) is None:
            del meant["tasks"]
        return meant


def _without(document: Document, gone: Container[int]) -> list[Splice]:
    positions = [number for number in range(len(document.values["tasks"])) if number in gone]
    array = Array.at(document, ("tasks",))
    if array is not None:
        return uncommented(document, array).without(positions)
    return Blocks(document).without(positions)


def rearranged(base: Version, ours: Version, theirs: Version) -> bool:
    """Whether only they moved tasks, and we changed nothing between the tasks: then theirs is the better canvas."""

    def moved(side: Version) -> bool:
        return [who for who in base.tasks if who in side.tasks] != [who for who in side.tasks if who in base.tasks]

    return moved(theirs) and not moved(ours) and _between(ours.document) == _between(base.document)


def _between(document: Document) -> list[bytes]:
    """The lines that belong to no task, without the empty ones."""
    array, data = Array.at(document, ("tasks",)), document.source.data
    spans = array.items if array else Blocks(document).spans
    bounds = [len(data) - len(document.source.body), *(at for span in spans for at in span), len(data)]
    lines = b"".join(data[bounds[n] : bounds[n + 1]] for n in range(0, len(bounds), 2)).splitlines()
    return [line.strip() for line in lines if line.strip(b" \t\r,")]
