"""The lines of a merged task: as one side wrote them, or both, or one with other values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from planner.document import Document, Path, parse
from planner.edit.array import Array
from planner.edit.block import Blocks
from planner.edit.lists import with_list
from planner.edit.splice import Put, Splice, edited, table, verified
from planner.edit.three.agree import Lines, same
from planner.edit.three.entry import Entry
from planner.edit.three.outside import converted
from planner.edit.three.version import Version, Who
from planner.source import Source

_LISTS = ("needs", "tags")


@dataclass(frozen=True)
class Writing:
    """How the tasks of some versions are written.

    Args:
        base: The common version.
        canvas: The version that is written over.
        other: The other one.
        lines: Merges texts.
    """

    base: Version
    canvas: Version
    other: Version
    lines: Lines

    def block(self, here: bytes | None, who: Who, entry: Entry) -> bytes:
        """The lines of a task that say what it is to say, with the line ends of the canvas.

        Args:
            here: Its lines in the canvas, if it is there.
            who: The task.
            entry: What it is to say.

        Raises:
            EditError: They cannot be changed safely.
        """
        there = self._text(self.other, self._there, who)
        for text in self._ways(self._text(self.base, self._before, who), here, there):
            if _says(text, entry):
                return text
        old = there if here is None else here
        document = None if old is None else parse(Source(self.canvas.document.source.name, old))
        if not isinstance(document, Document):
            return table(self.canvas.document, entry)
        return self.said(document, 0, who, entry).source.data

    def said(self, document: Document, position: int, who: Who, entry: Entry) -> Document:
        """A plan in which a task says what it is to say, in the letters of the other version where that says it.

        Args:
            document: The plan.
            position: Where the task stands in it.
            who: The task.
            entry: What it is to say.

        Raises:
            EditError: The plan cannot be changed safely.
        """
        now = document.values["tasks"][position]
        behind = None
        for key, value in _ordered(entry, self.other.tasks.get(who, {})):
            if not same(now.get(key), value):
                if key in now and key in _LISTS and isinstance(now[key], list) and isinstance(value, list):
                    document = with_list(document, position, key, value)
                else:
                    document = edited(document, [Put(position, key, value, behind=behind)])
                    document = self._spelled(document, ("tasks", position, key), who, value)
            behind = key
        for key in now:  # one by one, for neighbours that go share a comma, or a comment between them
            if key not in entry:
                document = edited(document, [Put(position, key, None)])
        return document

    def _ways(self, base: bytes | None, here: bytes | None, there: bytes | None) -> Iterator[bytes]:
        """Lines that say it, perhaps, the best ones first."""
        if base in (None, there) or here is None or there is None:
            yield from (text for text in (here, there) if text is not None)
        elif here in (base, there):
            yield there
        elif base is not None:
            merged = self.lines(base, here, there)
            if merged is not None and merged.clean:
                yield merged.data

    def _spelled(self, document: Document, path: Path, who: Who, value: Any) -> Document:
        """The plan with a new value written as the other version writes it, or as both do in their lines."""
        key = str(path[-1])
        base, here, there = (_raw(version, who, key) for version in (self.base, self.canvas, self.other))
        texts = [there]
        if base and here and there and isinstance(value, str) and "\n" in value:
            merged = self.lines(base, here, there)
            texts.append(merged.data if merged and merged.clean else None)
        for text in texts:
            if text is not None and _says(b"[[tasks]]\nx = " + text, {"x": value}):
                splice = Splice(*document.index.values[path], converted(text, self.canvas.document))
                return verified(document, [splice], document.values)
        return document

    @cached_property
    def _before(self) -> Blocks | None:
        return _blocks(self.base.document)

    @cached_property
    def _there(self) -> Blocks | None:
        return _blocks(self.other.document)

    def _text(self, version: Version, blocks: Blocks | None, who: Who) -> bytes | None:
        """The lines of a task in a version, with the line ends of the canvas."""
        position = version.positions.get(who)
        if blocks is None or position is None:
            return None
        return converted(blocks.text(position), self.canvas.document)


def _blocks(document: Document) -> Blocks | None:
    return None if Array.at(document, ("tasks",)) else Blocks(document)


def _says(text: bytes, entry: Entry) -> bool:
    """Whether these lines are just this task."""
    document = parse(Source("", text))
    return isinstance(document, Document) and same(document.values, {"tasks": [dict(entry)]})


def _raw(version: Version, who: Who, key: str) -> bytes | None:
    """The bytes of a value of a task in a version."""
    document = version.document
    span = document.index.values.get(("tasks", version.positions.get(who, -1), key))
    return document.source.data[slice(*span)] if span else None


def _ordered(entry: Entry, other: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The keys of an entry, each new one behind the key that it follows in the other version."""
    keys = [key for key in entry if key not in other]
    behind = -1
    for key in other:
        if key in entry:
            keys.insert(behind + 1, key)
            behind = keys.index(key)
    return ((key, entry[key]) for key in keys)
