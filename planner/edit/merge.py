"""Merges three versions of a plan: task by task and key by key, not line by line."""

from collections import Counter
from dataclasses import dataclass, replace

from planner.diagnostics.codes import Severity
from planner.diagnostics.finding import Finding
from planner.document import Document, parse
from planner.edit.splice import EditError
from planner.edit.three.agree import Conflict, Lines, Side, Text
from planner.edit.three.markers import marked
from planner.edit.three.version import Version
from planner.edit.three.weave import Weaver, rearranged
from planner.edit.three.wish import Merger, Wish, means
from planner.read import Reading, read_plan
from planner.source import Source
from tinytown.errors import TinytownError

_Versions = tuple[Version, Version, Version]
"""The common one, ours, theirs."""


@dataclass(frozen=True)
class Sides:
    """Three versions of a plan's bytes.

    Args:
        base: The version that both sides began with; empty if there was none.
        ours: One side.
        theirs: The other side.
        name: How messages call the plan.
    """

    base: bytes
    ours: bytes
    theirs: bytes
    name: str


@dataclass(frozen=True)
class Merged:
    """What came of a merge.

    Args:
        data: The merged plan; with markers around what conflicts, where that can be marked.
        conflicts: What a person has to decide.
        reading: The plan, with only the errors that neither side has.
        notes: Why it was merged line by line, if it was.
    """

    data: bytes
    conflicts: tuple[Conflict, ...] = ()
    reading: Reading | None = None
    notes: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing is left to be decided or mended."""
        return not self.conflicts and self.reading is None


def merge(sides: Sides, lines: Lines, size: int = 7) -> Merged:
    """Merges three versions of a plan.

    Where git's merge of the lines says the same as the merge of the tasks, it is taken, for it keeps the comments
    of both sides. Otherwise the bytes are those of our version wherever nothing else is meant.

    Args:
        sides: The versions.
        lines: Merges texts line by line.
        size: How long the markers of conflicts are.
    """
    if sides.theirs in (sides.base, sides.ours):
        return Merged(sides.ours)
    if sides.ours == sides.base:
        return Merged(sides.theirs)
    text = lines(sides.base, sides.ours, sides.theirs)
    try:
        versions = _versions(sides)
    except _UnreadableError as error:
        return _checked(sides, _by_lines(sides, text, error.message))
    return _checked(sides, _by_tasks(sides, versions, text, lines, size))


class _UnreadableError(TinytownError):
    """A version cannot be read as tasks."""


def _versions(sides: Sides) -> _Versions:
    base = _version(sides.base, sides.name, "the common version")
    ours = _version(sides.ours, sides.name, "our version", base)
    return base, ours, _version(sides.theirs, sides.name, "their version", base)


def _version(data: bytes, name: str, words: str, base: Version | None = None) -> Version:
    document = parse(Source(name, data))
    if not isinstance(document, Document):
        raise _UnreadableError(f"{words} is no good TOML (line {document.line}: {document.message})")
    version = Version.of(document, base)
    if version is None:
        raise _UnreadableError(f"the tasks of {words} cannot be told apart: each needs an id of its own")
    return version


def _by_lines(sides: Sides, text: Text | None, why: str) -> Merged:
    """What git makes of the lines."""
    if text is None:
        return Merged(sides.ours, (Conflict("", f"{why}, and there is no git to merge it line by line"),))
    conflicts = () if text.clean else (Conflict("", "some lines were changed on both sides"),)
    return Merged(text.data, conflicts, notes=(f"merged line by line: {why}",))


def _by_tasks(sides: Sides, versions: _Versions, text: Text | None, lines: Lines, size: int) -> Merged:
    base, ours, theirs = versions
    wish = Merger(base, ours, theirs, Side.OURS, lines).wish()
    conflicts = wish.conflicts
    if not conflicts and text is not None and text.clean and _means(text.data, wish):
        return Merged(text.data)
    try:
        here = there = _woven(wish, versions, lines)
        if conflicts:
            there = _woven(Merger(base, ours, theirs, Side.THEIRS, lines).wish(), versions, lines)
    except EditError as error:
        found = _by_lines(sides, text, error.message)
        return replace(found, conflicts=(*conflicts, *found.conflicts) or (Conflict("", error.message),))
    return Merged(marked(here, there, size), conflicts) if conflicts else Merged(here)


def _means(data: bytes, wish: Wish) -> bool:
    document = parse(Source("", data))
    return isinstance(document, Document) and means(document.values, wish)


def _woven(wish: Wish, versions: _Versions, lines: Lines) -> bytes:
    """The bytes that say what is wished, over our version, or else over theirs.

    Raises:
        EditError: Neither can be changed safely.
    """
    base, ours, theirs = versions
    first, second = (theirs, ours) if rearranged(*versions) else (ours, theirs)
    try:
        return Weaver(wish, base, first, second, lines).woven().source.data
    except EditError:
        return Weaver(wish, base, second, first, lines).woven().source.data


def _checked(sides: Sides, merged: Merged) -> Merged:
    """The same, with the errors that neither side has; in what has markers nobody looks for errors."""
    if merged.conflicts:
        return merged
    reading = read_plan(merged.data, sides.name)
    known = _errors(read_plan(sides.ours, sides.name)) | _errors(read_plan(sides.theirs, sides.name))
    fresh: list[Finding] = []
    for found in reading.findings:
        if found.severity is Severity.ERROR:
            known[_key(found)] -= 1
            if known[_key(found)] < 0:
                fresh.append(found)
    return replace(merged, reading=replace(reading, findings=tuple(fresh))) if fresh else merged


def _errors(reading: Reading) -> Counter[tuple[str, ...]]:
    return Counter(_key(found) for found in reading.findings if found.severity is Severity.ERROR)


def _key(found: Finding) -> tuple[str, ...]:
    """What a finding says, wherever its telling begins: of a circle that is where the file has its first task."""
    return found.code, *sorted(found.message.replace(",", " ").split())
