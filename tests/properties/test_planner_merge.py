"""Merges of random plans after random edits on both sides: nothing is lost, nothing is made up, no side matters."""

import re
from collections import Counter
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from planner.diagnostics.codes import Severity
from planner.document import Document
from planner.edit.change import Wanted, change
from planner.edit.find import ids
from planner.edit.merge import Merged
from planner.edit.splice import EditError
from planner.edit.three.agree import Lines
from planner.edit.three.outside import with_outside
from planner.read import read_plan
from tests.merges import git_lines, merged, no_lines
from tests.properties.test_planner_edits import COMMENTED, CORPUS, Model, document_of, step
from tests.properties.test_planner_places import documents, plans

STATUSES = ("pending", "assigned", "running", "completed", "failed", "cancelled")
OUTSIDE = st.fixed_dictionaries(
    {},
    optional={
        "meta": st.fixed_dictionaries(
            {"description": st.sampled_from(["M", "N"])}, optional={"max_parallel": st.integers(1, 3)}
        ),
        "pools": st.dictionaries(st.sampled_from(["gpu", "a b"]), st.integers(1, 2), min_size=1),
        "agents": st.dictionaries(
            st.sampled_from(["a1", "a2", "ü"]),
            st.fixed_dictionaries({}, optional={"cli": st.just("echo"), "replicas": st.integers(1, 3)}),
            min_size=1,
        ),
    },
)
FILES = [path.read_bytes() for path in CORPUS if path.name not in COMMENTED]
PLANS = st.one_of(st.sampled_from(FILES), plans())


def side(data: bytes, more: st.DataObject, first: int, verbs: tuple[str, ...]) -> bytes:
    """What became of a plan on one side."""
    document = document_of(data)
    for number in range(first, first + more.draw(st.integers(0, 4))):
        document = edited(document, more, number, more.draw(st.sampled_from(verbs)))
    return document.source.data


def edited(document: Document, more: st.DataObject, number: int, verb: str) -> Document:
    if verb == "outside":
        with suppress(EditError):
            return with_outside(document, document, more.draw(OUTSIDE))
        return document
    names = ids(document)
    if not names:
        return document
    task = more.draw(st.sampled_from(names))
    if verb == "status":
        return change(document, task, Wanted({"status": more.draw(st.sampled_from(STATUSES))})).document
    if verb == "lists":
        needs, tags = more.draw(st.sampled_from(names)), more.draw(st.sampled_from(["x", "y", "z"]))
        word = more.draw(st.sampled_from(["more", "less"]))
        entry = next(one for one in document.values["tasks"] if one["id"] == task)
        wish = {"needs": [needs], "tags": [tags]}
        if word == "less":  # only what is there can go
            wish = {key: [one for one in words if one in entry.get(key, ())] for key, words in wish.items()}
        return change(document, task, Wanted(**{word: wish})).document
    return step(document, Model(document.values), more, number)[0]


ALL = ("outside", "status", "lists", "any", "any")


def tasks_of(data: bytes) -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in document_of(data).values.get("tasks", [])}


def meaning(data: bytes) -> Any:
    """What a plan says, whatever the order of tasks and lists."""
    values = document_of(data).values
    tasks = {
        name: {key: sorted(value) if isinstance(value, list) else value for key, value in entry.items()}
        for name, entry in tasks_of(data).items()
    }
    return tasks, {key: value for key, value in values.items() if key != "tasks"}


def unless_status(tasks: dict[str, dict[str, Any]], name: str) -> dict[str, Any] | None:
    return {key: value for key, value in tasks[name].items() if key != "status"} if name in tasks else None


def errors(data: bytes) -> Counter[tuple[str, str]]:
    return Counter((f.code, f.message) for f in read_plan(data).findings if f.severity is Severity.ERROR)


def choose(data: bytes, side: str) -> bytes:
    """What a person has who takes one side of every conflict."""
    keep = rb"\1" if side == "ours" else rb"\2"
    return re.sub(
        rb"^<<<<<<< ours\r?\n(.*?)^=======\r?\n(.*?)^>>>>>>> theirs\r?\n",
        keep,
        data,
        flags=re.DOTALL | re.MULTILINE,
    )


@given(PLANS, st.data())
def test_a_side_that_changed_nothing_changes_nothing(base: bytes, more: st.DataObject) -> None:
    ours = side(base, more, 0, ALL)
    for lines in (no_lines, git_lines):
        assert merged(base, ours, base, lines) == merged(base, ours, ours, lines) == Merged(ours)
        assert merged(base, base, ours, lines) == Merged(ours)


@given(PLANS, st.data())
def test_a_side_that_says_the_same_otherwise_changes_no_byte(base: bytes, more: st.DataObject) -> None:
    ours = side(base, more, 0, ALL)
    theirs = base + b"\n\n# more\n"
    if document_of(theirs).values != document_of(base).values:
        return
    assert merged(base, ours, theirs) == Merged(theirs if ours == base else ours)
    there = merged(base, theirs, ours)
    assert there.clean
    assert meaning(there.data) == meaning(ours)


@given(PLANS, st.data())
def test_what_only_one_side_changed_is_in_it(base: bytes, more: st.DataObject) -> None:
    ours, theirs = (side(base, more, first, ALL) for first in (0, 100))
    result = merged(base, ours, theirs)
    renamed = re.search(rb"[\"']name\d", ours + theirs)  # such a task has another id, and others name it so
    if not result.clean or renamed:
        return
    before, here, there, found = map(tasks_of, (base, ours, theirs, result.data))
    for name in {*before, *here, *there}:
        old, ours_say, theirs_say = (unless_status(version, name) for version in (before, here, there))
        if old in (ours_say, theirs_say):
            assert (name in found) == ((theirs_say if old == ours_say else ours_say) is not None), name
        if name not in before or name not in here or name not in there:
            continue
        for key in {*before[name], *here[name], *there[name]}:
            was, now, then = (version[name].get(key) for version in (before, here, there))
            if was in (now, then):
                assert found[name].get(key) == (then if was == now else now), (name, key)


@given(PLANS, st.data(), st.sampled_from([no_lines, git_lines]))
def test_a_merge_is_the_same_from_both_sides_and_makes_no_errors(
    base: bytes, more: st.DataObject, lines: Lines
) -> None:
    ours, theirs = (side(base, more, first, ALL) for first in (0, more.draw(st.sampled_from([0, 100]))))
    here, there = merged(base, ours, theirs, lines), merged(base, theirs, ours, lines)
    assert bool(here.conflicts) == bool(there.conflicts)
    if not errors(ours) and not errors(theirs):
        assert here.clean == there.clean
        assert here.conflicts or here.clean == (not errors(here.data))
    if here.clean and there.clean:
        assert meaning(here.data) == meaning(there.data)


@given(PLANS, st.data())
def test_each_side_of_a_conflict_is_a_plan_and_the_other_way_round_too(base: bytes, more: st.DataObject) -> None:
    ours, theirs = (side(base, more, first, ALL) for first in (0, 0))
    here, there = merged(base, ours, theirs), merged(base, theirs, ours)
    assert meaning(choose(here.data, "ours")) == meaning(choose(there.data, "theirs"))
    assert meaning(choose(here.data, "theirs")) == meaning(choose(there.data, "ours"))


@given(documents(), documents(), documents(), st.sampled_from([no_lines, git_lines]))
def test_no_file_is_too_strange(base: bytes, ours: bytes, theirs: bytes, lines: Lines) -> None:
    result = merged(base, ours, theirs, lines)
    assert result.clean == (not result.conflicts and result.reading is None)
