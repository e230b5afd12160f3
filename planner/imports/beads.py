"""Reads the issues of beads: a file of JSON lines, one issue each."""

from collections import Counter
from dataclasses import dataclass, field

from planner.imports.found import Draft, Found, Loss
from planner.imports.json_records import Record, load, paragraphs, record, records, text, texts
from planner.imports.names import Names
from planner.source import Source

_PRIORITIES = {"0": "urgent", "1": "high", "3": "low", "4": "low"}
_NO_WORK = frozenset({"message", "event", "gate", "agent", "role"})
_PLAIN_TYPES = frozenset({"", "task", "epic"})
_WAITS = frozenset({"blocks", "conditional-blocks", "waits-for"})
_STATUSES = {
    "in_progress": "is under way there; it is pending here",
    "hooked": "is under way there; it is pending here",
    "deferred": "is put off; it waits for your approval here",
    "pinned": "is pinned; it waits for your approval here",
}


@dataclass(slots=True)
class _Reader:
    """The issues by id with their lines, and what was lost so far."""

    file: str
    issues: dict[str, tuple[int, Record]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    """Issues that were deleted or are no work: nobody waits for them."""

    losses: list[Loss] = field(default_factory=list)
    links: Counter[str] = field(default_factory=Counter)

    def lose(self, line: int, what: str, why: str) -> None:
        self.losses.append(Loss(f"{self.file}:{line}", what, why))


def read_beads(source: Source) -> Found:
    """The tasks of a file such as `.beads/issues.jsonl`."""
    reader = _Reader(source.name)
    for number, line in enumerate(source.body.decode(errors="replace").split("\n"), 1):
        if line.strip():
            _take(reader, number, line)
    names = Names()
    ids = {name: names.take(name) for name in reader.issues}
    drafts = [_draft(reader, name, ids) for name in reader.issues]
    for kind, count in reader.links.items():
        links = "link" if count == 1 else "links"
        reader.losses.append(Loss(source.name, f"{count} {links} of type {kind}", "no task waits because of it"))
    return Found(tuple(drafts), tuple(reader.losses))


def _take(reader: _Reader, number: int, line: str) -> None:
    try:
        issue = record(load(line))
    except ValueError as error:
        reader.lose(number, "a line that is not JSON", str(error))
        return
    name, title = text(issue.get("id")), text(issue.get("title"))
    if not name:
        reader.lose(number, f"{title or 'a record'}", "it has no id")
        return
    if text(issue.get("status")) == "tombstone" or issue.get("deleted_at"):
        reader.gone.add(name)
        reader.issues.pop(name, None)
        return
    kind = text(issue.get("issue_type"))
    if kind in _NO_WORK:
        reader.gone.add(name)
        reader.lose(number, f"{name}: {title}", f"a {kind} is no work to be done")
        return
    if name in reader.issues:
        reader.lose(reader.issues[name][0], name, f"line {number} tells it again; the later line counts")
    reader.issues[name] = (number, issue)


def _draft(reader: _Reader, name: str, ids: dict[str, str]) -> Draft:
    number, issue = reader.issues[name]
    status, kind = text(issue.get("status")), text(issue.get("issue_type"))
    if status in _STATUSES:
        reader.lose(number, name, _STATUSES[status])
    needs, conditional = _needs(reader, name)
    minutes = issue.get("estimated_minutes")
    return Draft(
        id=ids[name],
        where=f"{reader.file}:{number}",
        description=paragraphs(
            text(issue.get("title")) or name,
            ("", text(issue.get("description"))),
            ("Design", text(issue.get("design"))),
            ("Acceptance criteria", text(issue.get("acceptance_criteria"))),
            ("Notes", text(issue.get("notes"))),
        ),
        agent=text(issue.get("assignee")).strip("/").replace("/", "-") or None,  # rig/role/name
        parent=_known(_parent(reader, name), ids),
        needs=tuple(ids.get(need, need) for need in needs),
        when="one_failed" if conditional else None,
        status="completed" if status == "closed" else None,
        tags=tuple(texts(issue.get("labels"))) + (() if kind in _PLAIN_TYPES else (kind,)),
        priority=_PRIORITIES.get(text(issue.get("priority"))),
        estimate=f"{minutes}m" if isinstance(minutes, int) and minutes > 0 else None,
        approval=status in ("deferred", "pinned"),
    )


def _known(name: str | None, ids: dict[str, str]) -> str | None:
    return None if name is None else ids.get(name, name)


def _parent(reader: _Reader, name: str) -> str | None:
    number, issue = reader.issues[name]
    above = [
        text(link.get("depends_on_id"))
        for link in records(issue.get("dependencies"))
        if text(link.get("type")) == "parent-child"
    ]
    above = [other for other in dict.fromkeys(above) if other not in reader.gone]
    for other in above[1:]:
        reader.lose(number, f"{name} in {other}", f"a task has one parent; it is {above[0]} here")
    if above:
        return above[0]
    outer = name.rpartition(".")[0]  # bd-12.3 is a part of bd-12, told or not
    return outer if outer in reader.issues else None


def _needs(reader: _Reader, name: str) -> tuple[list[str], bool]:
    """What an issue waits for, and whether it is to run only if that fails."""
    number, issue = reader.issues[name]
    needs: dict[str, bool] = {}
    for link in records(issue.get("dependencies")):
        kind, other = text(link.get("type")) or "blocks", text(link.get("depends_on_id"))
        if kind in _WAITS and other not in reader.gone:
            needs[other] = kind == "conditional-blocks"
        elif kind not in _WAITS and kind != "parent-child":
            reader.links[kind] += 1
    conditional = [other for other, failing in needs.items() if failing]
    if conditional and len(conditional) < len(needs):
        why = "it also waits for success of others, and one condition covers all; it waits for success here"
        reader.lose(number, f"{name} only if {', '.join(conditional)} fails", why)
    return list(needs), bool(conditional) and len(conditional) == len(needs)
