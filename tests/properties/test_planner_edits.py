"""Edits of plans in awkward but lawful TOML: each means what a plain model says, and touches nothing else."""

import copy
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.document import Document, parse
from planner.edit.add import add
from planner.edit.array import Array
from planner.edit.block import Blocks
from planner.edit.change import Wanted, change
from planner.edit.find import ids
from planner.edit.move import move
from planner.edit.remove import remove
from planner.edit.rename import rename
from planner.edit.splice import EditError
from planner.read import read_plan
from planner.source import Source
from tests.properties.test_planner_places import plans

CORPUS = sorted((Path(__file__).parent.parent / "plans_corpus").glob("*.toml"))
COMMENTED = {"inline_commented.toml"}
"""Nothing says whose the comments between the elements of an array are: tasks there stay where they are."""
NEW = {"description": "a new one", "tags": ["x"]}


def document_of(data: bytes) -> Document:
    document = parse(Source("tasks.toml", data))
    assert isinstance(document, Document)
    return document


def files(*, but: Collection[str] = ()) -> pytest.MarkDecorator:
    """Runs a test for each file of the corpus."""
    found = [path for path in CORPUS if path.name not in but]
    assert len(found) >= 15
    return pytest.mark.parametrize("data", [path.read_bytes() for path in found], ids=[path.stem for path in found])


@files()
def test_the_corpus_is_lawful(data: bytes) -> None:
    assert read_plan(data).findings == ()


@files(but=COMMENTED)
def test_what_is_added_and_removed_again_leaves_no_trace(data: bytes) -> None:
    document = document_of(data)
    for after in [None, *ids(document)]:
        more, name = add(document, NEW, after)
        assert remove(more, [name]).document.source.data == data, after


@files(but=COMMENTED)
def test_what_is_moved_there_and_back_is_where_it_was(data: bytes) -> None:
    document = document_of(data)
    for task in ids(document):
        for there in ways(document, task):
            moved = move(document, task, **there)
            for back in neighbours(document, task):
                assert move(moved, task, **back).source.data == data, (task, there, back)


def ways(document: Document, task: str) -> list[dict[str, str]]:
    """All that `tt plan move` can say."""
    others = [other for other in ["", *ids(document)] if other != task]
    return [{where: other} for where in ("before", "after") for other in others]


def neighbours(document: Document, task: str) -> list[dict[str, str]]:
    """What says where a task stands now, if nothing but a task is beside it."""
    names = ids(document)
    at = names.index(task)
    if Array.at(document, ("tasks",)):
        return [{"before": names[at + 1]}] if at + 1 < len(names) else [{"after": ""}]
    spans, data = Blocks(document).spans, document.source.data
    if at + 1 < len(names) and not data[spans[at][1] : spans[at + 1][0]].strip():
        return [{"before": names[at + 1]}]
    if at and not data[spans[at - 1][1] : spans[at][0]].strip():
        return [{"after": names[at - 1]}]
    return []


@files()
def test_who_is_renamed_and_gets_the_old_name_back_is_the_same(data: bytes) -> None:
    document = document_of(data)
    for task in ids(document):
        there, count = rename(document, task, "other")
        back, again = rename(there, "other", task)
        assert count == again
        assert back.values == document.values
        if b"\\u0065" not in data:  # an id in escapes is written plainly from then on
            assert back.source.data == data, task


@files()
def test_needs_and_tags_come_and_go_without_a_trace(data: bytes) -> None:
    document = document_of(data)
    for task in ids(document):
        held = document.values["tasks"][ids(document).index(task)]
        for key in ("needs", "tags"):
            there = change(document, task, Wanted(more={key: ["x1", "x2"]})).document
            assert there.values["tasks"][ids(document).index(task)][key] == [*held.get(key, []), "x1", "x2"]
            back = change(there, task, Wanted(less={key: ["x1", "x2"]})).document
            assert back.source.data == data, (task, key)


@files()
def test_keys_come_and_go_without_a_trace(data: bytes) -> None:
    document = document_of(data)
    for task in ids(document):
        held = document.values["tasks"][ids(document).index(task)]
        for key, value in {"accept": "true", "estimate": "5m", "approval": True}.items():
            if key in held:
                continue
            there = change(document, task, Wanted({key: value})).document
            assert change(there, task, Wanted({key: None})).document.source.data == data, (task, key)


class Model:
    """What the edits mean, on plain values."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.rest = {key: value for key, value in values.items() if key != "tasks"}
        self.tasks: list[dict[str, Any]] = copy.deepcopy(values.get("tasks", []))

    def at(self, task: str) -> int:
        return next(n for n, entry in enumerate(self.tasks) if entry["id"] == task)

    def rename(self, old: str, new: str) -> None:
        for entry in self.tasks:
            if entry.get("parent") == old:
                entry["parent"] = new
            if "needs" in entry:
                entry["needs"] = [new if need == old else need for need in entry["needs"]]
        entry = self.tasks[self.at(old)]
        entry["id"] = new
        entry.setdefault("was", old)
        if entry["was"] == new:
            del entry["was"]

    def remove(self, task: str, parent: str | None) -> None:
        self.tasks = [entry for entry in self.tasks if entry["id"] != task]
        for entry in self.tasks:
            if entry.get("parent") == task:
                entry["parent"] = parent
                if parent is None:
                    del entry["parent"]
            if task in entry.get("needs", ()):
                entry["needs"] = [need for need in entry["needs"] if need != task]
                if not entry["needs"]:
                    del entry["needs"]

    def move(self, task: str, **where: str) -> None:
        entry = self.tasks.pop(self.at(task))
        ((word, other),) = where.items()
        at = self.at(other) + (word == "after") if other else (0 if word == "before" else len(self.tasks))
        self.tasks.insert(at, entry)

    def holds(self, document: Document) -> bool:
        values = {key: value for key, value in document.values.items() if key != "tasks"}
        return values == self.rest and document.values.get("tasks", []) == self.tasks


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
VALUES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "description": TEXTS,
        "agent": st.none() | TEXTS,
        "role": st.none() | TEXTS,
        "run": st.none() | TEXTS,
        "retries": st.none() | st.integers(0, 9),
        "approval": st.none() | st.booleans(),
    },
)


def step(document: Document, model: Model, data: st.DataObject, number: int) -> tuple[Document, set[str]]:
    """One edit, of the document and of the model. Returns the document, and whose lines were touched."""
    names = ids(document)
    verb = data.draw(st.sampled_from(["add", "change", "remove", "rename", "move"] if names else ["add"]))
    task = data.draw(st.sampled_from(names)) if names else ""
    touched = {
        task,
        *(entry["id"] for entry in model.tasks if task in (entry.get("parent"), *entry.get("needs", ()))),
    }
    match verb:
        case "add":
            after = data.draw(st.sampled_from([None, *names]))
            fresh = {"id": f"new{number}", "description": data.draw(TEXTS)}
            model.tasks.insert(model.at(after) + 1 if after else len(names), fresh)
            return add(document, fresh, after)[0], {fresh["id"]}
        case "change":
            values: dict[str, Any] = data.draw(VALUES)
            if values.get("agent") and values.get("role"):
                del values["role"]
            entry = model.tasks[model.at(task)]
            entry |= values
            for key, other in (("agent", "role"), ("role", "agent")):
                if values.get(key):
                    entry[other] = values.get(other)
            for key in [key for key, value in entry.items() if value is None]:
                del entry[key]
            return change(document, task, Wanted(values)).document, {task}
        case "remove":
            parent = data.draw(st.sampled_from(["", *(name for name in names if name != task)]))
            model.remove(task, parent or None)
            return remove(document, [task], reparent=parent).document, touched
        case "rename":
            model.rename(task, f"name{number}")
            return rename(document, task, f"name{number}")[0], {*touched, f"name{number}"}
    where = data.draw(st.sampled_from(ways(document, task)))
    model.move(task, **where)
    return move(document, task, **where), {task}


def lines_of(document: Document) -> tuple[dict[str, bytes], list[bytes]]:
    """The text of each task, and the lines outside of them all that are not empty."""
    data, array = document.source.data, Array.at(document, ("tasks",))
    spans: Sequence[tuple[int, int]] = array.items if array else Blocks(document).spans
    texts = [data[start:end].rstrip(b"\r\n") for start, end in spans]
    bounds = [len(data) - len(document.source.body), *(at for span in spans for at in span), len(data)]
    outside = b"\n".join(data[bounds[n] : bounds[n + 1]] for n in range(0, len(bounds), 2))
    return dict(zip(ids(document), texts, strict=True)), [
        line.strip() for line in outside.splitlines() if line.strip(b" \t\r\n,")
    ]


def edits_mean_what_they_say(data: bytes, more: st.DataObject) -> None:
    document = document_of(data)
    model = Model(document.values)
    for number in range(more.draw(st.integers(1, 6))):
        before, outside = lines_of(document)
        document, touched = step(document, model, more, number)
        assert model.holds(document)
        after, still_outside = lines_of(document)
        assert {task: text for task, text in before.items() if task not in touched} == {
            task: text for task, text in after.items() if task not in touched
        }
        if not Array.at(document, ("tasks",)):
            assert still_outside == outside
        assert document.source.data.startswith(b"\xef\xbb\xbf") == data.startswith(b"\xef\xbb\xbf")


@settings(max_examples=300)
@given(st.sampled_from([path for path in CORPUS if path.name not in COMMENTED]), st.data())
def test_edits_of_the_corpus_mean_what_they_say(path: Path, more: st.DataObject) -> None:
    edits_mean_what_they_say(path.read_bytes(), more)


@given(plans(), st.data())
def test_edits_of_any_plan_mean_what_they_say(data: bytes, more: st.DataObject) -> None:
    edits_mean_what_they_say(data, more)


@pytest.mark.parametrize("name", sorted(COMMENTED))
def test_tasks_among_comments_in_an_array_stay_where_they_are(name: str) -> None:
    document = document_of(next(path for path in CORPUS if path.name == name).read_bytes())
    with pytest.raises(EditError, match="comments between the tasks"):
        remove(document, ids(document)[-1:])
    with pytest.raises(EditError, match="comments between the tasks"):
        move(document, ids(document)[-1], before="")
