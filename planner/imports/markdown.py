"""Reads a task list in Markdown: boxes to tick, nested by indentation, under headings.

A task's line may end with `@agent`, `#tag`, `(id: name)` and `(needs: a, b)` or `(after: a, b)`; what it needs is
called by id, by its words, or by the number it begins with. Text that stands deeper than a task belongs to its
description.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from planner.edit.slug import slug
from planner.imports.endings import Ending, ending
from planner.imports.found import Draft, Found, Loss
from planner.imports.names import Names
from planner.source import Source
from tinytown.ids import PLAN_ID

_FENCE = re.compile(r"(`{3,}|~{3,})")
_BULLET = re.compile(r"(?:[-*+]|\d+[.)])\s+(.*)")
_BOX = re.compile(r"\[(.)\]\s+(.+)")
_NUMBER = re.compile(r"(\d+(?:\.\d+)*)[.):]?\s+(?=\S)")
_STATUSES = {"x": "completed", "X": "completed", "-": "cancelled"}
_TAB = 4
_DEEPEST = 6
"""Levels of headings: `# …` to `###### …`."""


@dataclass(slots=True, eq=False)
class _Item:
    """A task or heading. A heading's depth is negative, a task's is its indentation."""

    line: int
    depth: int
    text: str
    mark: str
    above: "_Item | None"
    more: list[str] = field(default_factory=list)
    """What belongs to its description too."""


@dataclass(slots=True)
class _Reader:
    """What was read, and what is open at this line."""

    file: str
    items: list[_Item] = field(default_factory=list)
    open: list[_Item] = field(default_factory=list)
    losses: list[tuple[int, Loss]] = field(default_factory=list)
    """What could not be carried over, with its line."""

    fence: tuple[str, int] = ("", 0)
    """What the code that is open here began with, and how deep in a list; empty outside of code."""

    after_gap: bool = True
    """Whether the line before is empty, or begins something."""


def read_markdown(source: Source) -> Found:
    """The tasks of a Markdown file."""
    reader = _Reader(source.name)
    for number, raw in enumerate(source.body.decode(errors="replace").split("\n"), 1):
        line = raw.rstrip().expandtabs(_TAB)
        text = line.lstrip()
        if _in_fence(reader, text, len(line) - len(text)):
            _continue(reader, line, len(line) - len(text))
        elif text:
            _line(reader, number, line, len(line) - len(text))
        elif reader.open:
            reader.open[-1].more.append("")
        reader.after_gap = not text or bool(reader.fence[0])
    return _found(reader)


def _in_fence(reader: _Reader, text: str, indent: int) -> bool:
    """Whether a line is code, or opens or closes it. Code in a list ends with the list at the latest."""
    fence, depth = reader.fence
    if fence and not (text and indent < depth):
        if text.startswith(fence) and not text.strip(fence[0]):
            reader.fence = "", 0
        return True
    bullet = _BULLET.fullmatch(text)
    marker = _FENCE.match(bullet[1] if bullet else text)
    reader.fence = (marker[1], indent if indent > 1 or bullet else 0) if marker else ("", 0)
    return bool(marker)


def _line(reader: _Reader, number: int, line: str, indent: int) -> None:
    text = line[indent:]
    level = len(text) - len(text.lstrip("#"))
    bullet = _BULLET.fullmatch(text)
    box = _BOX.fullmatch(bullet[1]) if bullet else None
    if 0 < level <= _DEEPEST and text[level : level + 1] in ("", " ") and indent < _TAB:
        _open(reader, _Item(number, level - _DEEPEST - 1, text[level:].rstrip("#").strip(), " ", None))
    elif box:
        _open(reader, _Item(number, indent, box[2], box[1], None))
    elif not bullet and not reader.after_gap and reader.open and reader.open[-1].depth >= 0:
        _wrap(reader.open[-1], line, indent)
    elif not _continue(reader, line, indent) and bullet:
        _lose(reader, number, text, "a bullet without a box to tick is no task")


def _lose(reader: _Reader, line: int, what: str, why: str) -> None:
    reader.losses.append((line, Loss(f"{reader.file}:{line}", what, why)))


def _open(reader: _Reader, item: _Item) -> None:
    """Begins a task or heading, within what is open and less deep."""
    while reader.open and reader.open[-1].depth >= item.depth:
        reader.open.pop()
    item.above = reader.open[-1] if reader.open else None
    reader.items.append(item)
    reader.open.append(item)


def _wrap(item: _Item, line: str, indent: int) -> None:
    """Adds a line to the paragraph that was begun above it."""
    if item.more or ending(item.text).words != item.text:  # what stands at the end of a line ends the task's words
        item.more.append(line[min(indent, item.depth + 2) :])
    else:
        item.text += f" {line[indent:]}"


def _continue(reader: _Reader, line: str, indent: int) -> bool:
    """Adds a line to the description of the task that it stands deeper than. Returns whether there is one."""
    while line and reader.open and reader.open[-1].depth >= indent:
        reader.open.pop()
    if not reader.open or reader.open[-1].depth < 0:
        return False
    item = reader.open[-1]
    item.more.append(line[min(indent, item.depth + 2) :])
    return True


def _found(reader: _Reader) -> Found:
    items = _with_tasks(reader.items)
    title = items[0] if items and items[0].depth == -_DEEPEST else None
    if title and any(item.depth == -_DEEPEST for item in items[1:]):
        title = None
    endings = [(item, ending(item.text)) for item in items if item is not title]
    names = _named(endings)
    known = _callings(endings, names)
    drafts = tuple(_draft(reader, item, end, names, known) for item, end in endings)
    losses = tuple(loss for _, loss in sorted(reader.losses, key=lambda entry: entry[0]))
    return Found(drafts, losses, title.text if title else None)


def _with_tasks(items: list[_Item]) -> list[_Item]:
    """Leaves out the headings under which there is no task."""
    kept: list[_Item] = []
    wanted: set[int] = set()
    for item in reversed(items):
        if item.depth >= 0 or id(item) in wanted:
            wanted.add(id(item.above))
            kept.append(item)
    return kept[::-1]


def _named(endings: list[tuple[_Item, Ending]]) -> dict[int, str]:
    """The id of each item, by its line; the ids that somebody wrote are given first."""
    names = Names()
    written = [(item, end) for item, end in endings if PLAN_ID.fullmatch(end.id)]
    given = {item.line: names.take(end.id) for item, end in written}
    others = [(item, end) for item, end in endings if item.line not in given]
    return given | {item.line: names.take(_calling(end.words or end.id)) for item, end in others}


def _callings(endings: list[tuple[_Item, Ending]], names: dict[int, str]) -> dict[str, str]:
    """Ids by what else a task is called: its words and its number. The first one counts."""
    known: dict[str, str] = {}
    for item, end in endings:
        for calling in (end.id, _calling(end.words), *_number(end.words)):
            known.setdefault(calling, names[item.line])
    return known | {name: name for name in names.values()}


def _calling(words: str) -> str:
    """What a task is called by its words, whatever number they begin with."""
    return slug(_NUMBER.sub("", words, count=1))


def _number(words: str) -> Iterator[str]:
    if found := _NUMBER.match(words):
        yield found[1]


def _draft(reader: _Reader, item: _Item, end: Ending, names: dict[int, str], known: dict[str, str]) -> Draft:
    title = end.words or names[item.line]
    if item.mark not in _STATUSES and item.mark != " ":
        _lose(reader, item.line, title, f"the mark [{item.mark}] says nothing here; it is pending")
    for spare in end.agents[1:]:
        _lose(reader, item.line, f"@{spare}", "a task has one agent; the last one counts")
    body = "\n".join(item.more).strip("\n") if item.depth >= 0 else ""
    return Draft(
        id=names[item.line],
        where=f"{reader.file}:{item.line}",
        description=f"{title}\n\n{body}" if body else title,
        agent=end.agents[0] if end.agents else None,
        parent=names.get(item.above.line) if item.above else None,
        needs=tuple(known.get(need, known.get(_calling(need), need)) for need in end.needs),
        status=_STATUSES.get(item.mark),
        tags=end.tags,
    )
