"""Reads Taskmaster's tasks.json, with tags or without."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from planner.imports.found import Draft, Found, ImportRefusedError, Loss
from planner.imports.json_records import Record, load, paragraphs, record, records, text
from planner.imports.names import Names
from planner.source import Source

_PRIORITIES = {"critical": "urgent", "high": "high", "low": "low"}
_STATUSES = {"done": "completed", "completed": "completed", "cancelled": "cancelled", "canceled": "cancelled"}
_CHANGED = {
    "in-progress": "is under way there; it is pending here",
    "review": "is under review there; it is pending here",
    "blocked": "is marked as blocked; here it waits for what it needs, and for nothing else",
    "deferred": "is put off; it waits for your approval here",
}
_MAIN = "master"


@dataclass(frozen=True, slots=True)
class _Item:
    """A task or sub-task: its number as Taskmaster writes it (`5`, `5.2`), its parent's, and what it says."""

    number: str
    parent: str | None
    told: Record


@dataclass(slots=True)
class _Reader:
    """What was seen so far."""

    file: str
    names: Names = field(default_factory=Names)
    ids: dict[str, str] = field(default_factory=dict)
    """The ids by Taskmaster's numbers."""

    losses: list[Loss] = field(default_factory=list)

    def lose(self, number: str, what: str, why: str) -> None:
        self.losses.append(Loss(f"{self.file}: task {number}", what, why))


def read_taskmaster(source: Source, tag: str | None = None) -> Found:
    """The tasks of a tasks.json.

    Args:
        source: The file.
        tag: Which tag's tasks are meant; if absent, those of `master`, or of the only tag.

    Raises:
        ImportRefusedError: It is not such a file, or has no such tag.
    """
    try:
        whole = load(source.body.decode(errors="replace"))
    except ValueError as error:
        raise ImportRefusedError(f"{source.name} is not JSON: {error}", "Correct it, then try again.") from None
    reader = _Reader(source.name)
    tasks = _tasks(reader, whole, tag)
    items: list[tuple[str, _Item]] = []
    for item in _items(reader, tasks, None):
        again = item.number in reader.ids
        name = reader.names.take(f"t{item.number}")
        if again:
            why = f'the number is taken; it is "{name}" here, and who needs {item.number} needs the first one'
            reader.lose(item.number, _title(item), why)
        reader.ids.setdefault(item.number, name)
        items.append((name, item))
    drafts = tuple(_draft(reader, name, item) for name, item in items)
    return Found(drafts, tuple(reader.losses))


def _tasks(reader: _Reader, whole: object, tag: str | None) -> list[Record]:
    if isinstance(whole, list):
        return records(whole)
    if isinstance(whole, dict) and isinstance(whole.get("tasks"), list):
        return records(whole["tasks"])
    tags = {name: inner for name, inner in record(whole).items() if isinstance(record(inner).get("tasks"), list)}
    if not tags:
        remedy = "Choose another kind with --from."
        raise ImportRefusedError(f"{reader.file} has no list of tasks as Taskmaster writes it", remedy)
    wanted = tag or (_MAIN if _MAIN in tags else next(iter(tags)))
    if wanted not in tags:
        raise ImportRefusedError(f'{reader.file} has no tag "{wanted}"', f"It has: {', '.join(tags)}.")
    for other in tags:
        if other != wanted and tag is None and tags[other]["tasks"]:
            what = f'the tag "{other}", {len(tags[other]["tasks"])} in number'
            reader.losses.append(Loss(reader.file, what, f'the tag "{wanted}" was imported; --tag takes another'))
    return records(tags[wanted]["tasks"])


def _items(reader: _Reader, tasks: list[Record], parent: str | None) -> Iterator[_Item]:
    for position, told in enumerate(tasks, 1):
        own = text(told.get("id")) or str(position)
        # Some versions write a sub-task's whole number, some only its own.
        number = own if parent is None or own.startswith(f"{parent}.") else f"{parent}.{own}"
        yield _Item(number, parent, told)
        yield from _items(reader, records(told.get("subtasks")), number)


def _title(item: _Item) -> str:
    return text(item.told.get("title")) or text(item.told.get("description")) or f"task {item.number}"


def _draft(reader: _Reader, name: str, item: _Item) -> Draft:
    told = item.told
    status = text(told.get("status")).lower().replace("_", "-")
    if status in _CHANGED:
        reader.lose(item.number, f"status {status}", f"it {_CHANGED[status]}")
    elif status not in _STATUSES and status not in ("", "pending"):
        reader.lose(item.number, f"status {status}", "nobody knows it here; it is pending here")
    return Draft(
        id=name,
        where=f"{reader.file}: task {item.number}",
        description=paragraphs(
            _title(item),
            ("", text(told.get("description"))),
            ("", text(told.get("details"))),
            ("Acceptance criteria", text(told.get("acceptanceCriteria"))),
            ("Test strategy", text(told.get("testStrategy"))),
        ),
        parent=reader.ids[item.parent] if item.parent else None,
        needs=_needs(reader, item),
        status=_STATUSES.get(status),
        priority=_PRIORITIES.get(text(told.get("priority")).lower()),
        approval=status == "deferred",
    )


def _needs(reader: _Reader, item: _Item) -> tuple[str, ...]:
    """The ids of what a task depends on; what nobody knows stays as it was written."""
    raw = item.told.get("dependencies")
    needs: list[str] = []
    for value in raw if isinstance(raw, list) else []:
        number = text(value)
        beside = f"{item.parent}.{number}"  # a sub-task calls its siblings by their own numbers
        if number:
            needs.append(reader.ids.get(beside, reader.ids.get(number, number)))
    return tuple(needs)
