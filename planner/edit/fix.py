"""Corrects what has just one correction, and one that cannot change what the plan means.

These are the same need twice, a need of the task itself, a key or a fixed word that differs from the right one
only in its spelling. What somebody probably meant is never written: that is for people to say.
"""

import copy
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from planner.diagnostics.finding import Finding
from planner.document import Document, Path
from planner.edit.array import Array
from planner.edit.splice import EditError, Splice, verified
from planner.read import Reading, read_plan
from planner.schema import known_keys
from tinytown.states import TaskState
from tinytown.tasks import Priority, When

_WORDS: Mapping[str, Collection[str]] = {
    "status": frozenset(TaskState),
    "priority": frozenset(Priority),
    "when": frozenset(When),
    "on_failure": ("continue", "stop"),
}


class Correction(NamedTuple):
    """What is done about one finding.

    `path` is that of the key, value or element; `new` the right spelling, or empty if the element goes.
    """

    finding: Finding
    path: Path
    new: str = ""

    @property
    def told(self) -> str:
        """What was done, in a line: place, code, message and deed."""
        deed = f'now "{self.new}"' if self.new else "taken out"
        return f"{self.finding.place} {self.finding.code} {self.finding.message}: {deed}"


class Corrected(NamedTuple):
    """A file's bytes with its corrections, and what they are; places are those of the file before."""

    data: bytes
    done: tuple[Correction, ...]


def corrected(reading: Reading) -> Corrected:
    """Carries out all safe corrections. What cannot be edited safely stays as it is.

    Keys come first, since a key may hide a word; elements come last, since lines go with them.
    """
    done: list[Correction] = []
    for find in _FINDERS:
        document = reading.document
        wanted = list(_confirmed(reading, find))
        if document is None or not wanted:
            continue
        document, carried_out = _carried_out(document, wanted)
        done += carried_out
        reading = read_plan(document.source.data, document.source.name)
    return Corrected(reading.source.data, tuple(done))


def offers(reading: Reading) -> dict[Finding, list[Splice]]:
    """For each finding that has a safe correction: the changes that it makes, if it is made alone."""
    if reading.document is None:
        return {}
    document = reading.document
    wanted = [one for find in _FINDERS for one in _confirmed(reading, find)]
    possible = _carried_out(document, wanted)[1] if wanted else []
    return {one.finding: _splices(document, [one]) for one in possible}


def _confirmed(reading: Reading, find: "_Finder") -> Iterator[Correction]:
    """The corrections of one kind that answer a finding: no rule is judged here for a second time."""
    document = reading.document
    here = {(one.code, one.line, one.column): one for one in reading.findings if one.code in find.codes}
    if document is None or not here or any(one.code == "TT001" for one in reading.findings):
        return
    for path, new in find.candidates(document.values):
        place = document.place(path)
        span = place.key if find.codes == _KEY_CODES else place.value
        for code in find.codes:
            finding = here.get((code, span.line, span.column))
            if finding:
                yield Correction(finding, path, new)


def _misspelt_keys(values: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for path, table in _tables(values):
        known = known_keys((*path, ""))
        unknown = [key for key in table if key not in known]
        meant = [key.lower().replace("-", "_") for key in unknown]
        for key, right in zip(unknown, meant, strict=True):
            if right in known and right not in table and meant.count(right) == 1:
                yield (*path, key), right


def _misspelt_words(values: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for path, table in _tables(values):
        for key in _WORDS.keys() & table.keys():
            said = table[key]
            right = said.strip().lower() if isinstance(said, str) else ""
            if right in _WORDS[key] and right != said:
                yield (*path, key), right


def _idle_needs(values: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for path, table in _tables(values):
        needs = table.get("needs")
        seen: set[str] = set()
        for number, need in enumerate(needs if isinstance(needs, list) else ()):
            if isinstance(need, str):
                if need in seen or need == table.get("id"):
                    yield (*path, "needs", number), ""
                seen.add(need)


class _Finder(NamedTuple):
    """One kind of correction: the codes that it answers, and where it might be wanted."""

    codes: tuple[str, ...]
    candidates: Callable[[Mapping[str, Any]], Iterator[tuple[Path, str]]]


_KEY_CODES = ("TT002",)
_FINDERS = (
    _Finder(_KEY_CODES, _misspelt_keys),
    _Finder(("TT010", "TT011"), _misspelt_words),
    _Finder(("TT009", "TT016"), _idle_needs),
)


def _tables(values: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The tables of a plan whose keys the schema knows, with their paths."""
    meta, agents, tasks = values.get("meta"), values.get("agents"), values.get("tasks")
    found: list[tuple[Path, Any]] = [(("meta",), meta)]
    found += [(("agents", name), agent) for name, agent in (agents if isinstance(agents, dict) else {}).items()]
    found += [(("tasks", number), task) for number, task in enumerate(tasks if isinstance(tasks, list) else [])]
    return ((path, table) for path, table in found if isinstance(table, dict))


def _carried_out(document: Document, wanted: list[Correction]) -> tuple[Document, list[Correction]]:
    """All of the corrections, or as many as can be carried out; and which these are."""
    meant = copy.deepcopy(document.values)
    for one in reversed(wanted):  # the last elements first, so that the numbers of the others hold
        _mean(meant, one)
    try:
        return verified(document, _splices(document, wanted), meant), wanted
    except EditError:
        if len(wanted) == 1:
            return document, []
    middle = len(wanted) // 2
    document, later = _carried_out(document, wanted[middle:])
    document, earlier = _carried_out(document, wanted[:middle])
    return document, earlier + later


def _mean(values: Any, wish: Correction) -> None:
    *way, last = wish.path
    for part in way:
        values = values[part]
    if not wish.new:
        del values[last]
    elif wish.finding.code in _KEY_CODES:
        values[wish.new] = values.pop(last)
    else:
        values[last] = wish.new


def _splices(document: Document, wanted: Iterable[Correction]) -> list[Splice]:
    splices: list[Splice] = []
    for array_path, group in groupby(wanted, key=lambda one: () if one.new else one.path[:-1]):
        if array_path:
            array = Array.at(document, array_path)
            splices += array.without({int(one.path[-1]) for one in group}) if array else []
        else:
            splices += [_respelt(document, one) for one in group]
    return splices


def _respelt(document: Document, wish: Correction) -> Splice:
    if wish.finding.code in _KEY_CODES:
        return Splice(*document.index.keys[wish.path], wish.new.encode())
    start, end = document.index.values[wish.path]
    quote = document.source.data[start : start + 1]
    return Splice(start, end, quote + wish.new.encode() + quote)
