"""Whole sources of each kind: the plan that is made of each, and what is told of the rest.

Beside each source stands the plan (`.toml`) and the list of what could not be carried over (`.txt`).
"""

import json
from pathlib import Path

import pytest

from planner.document import Document, parse
from planner.edit.format import formatted
from planner.imports.found import Found, ImportRefusedError
from planner.imports.read import Kind, kind_of, read_source
from planner.imports.write import new_plan
from planner.read import require_plan
from planner.source import Source
from tinytown.errors import UsageError

FOLDER = Path(__file__).parent.parent / "imports"
SOURCES = sorted(path.name for path in FOLDER.iterdir() if path.suffix not in (".toml", ".txt"))


def read(name: str, data: bytes | str, kind: Kind | None = None, tag: str | None = None) -> Found:
    source = Source(name, data if isinstance(data, bytes) else data.encode())
    return read_source(source, kind or kind_of(source), tag)


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_becomes_this_plan(name: str) -> None:
    found = read(name, (FOLDER / name).read_bytes())
    plan = new_plan(found, name)
    assert plan.decode() == (FOLDER / f"{name}.toml").read_text()
    told = "".join(f"{loss.where}: {loss.what}: {loss.why}\n" for loss in found.losses)
    assert told == (FOLDER / f"{name}.txt").read_text()


@pytest.mark.parametrize("name", SOURCES)
def test_the_plan_is_valid_and_in_canonical_form(name: str) -> None:
    plan = new_plan(read(name, (FOLDER / name).read_bytes()), name)
    require_plan(plan)
    document = parse(Source(name, plan))
    assert isinstance(document, Document)
    assert formatted(document) == plan


def test_line_ends_and_a_bom_change_nothing() -> None:
    for name in SOURCES:
        data = (FOLDER / name).read_bytes()
        other = read(name, b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"))
        same = read(name, data)
        assert [draft.id for draft in other.drafts] == [draft.id for draft in same.drafts]
        assert other.drafts == same.drafts


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("x.yaml", "", Kind.WORKFLOW),
        ("TODO.MD", "", Kind.MARKDOWN),
        ("<stdin>", "on: push\njobs:\n  a:\n", Kind.WORKFLOW),
        ("<stdin>", "text\n\n  1. [x] done\n", Kind.MARKDOWN),
        ("<stdin>", '{"id": "a", "title": "t"}\n{"id": "b"}\n', Kind.BEADS),
        ("<stdin>", '{"tasks": [\n{"title": "t"}]}', Kind.TASKMASTER),
        ("tasks", '\n{"master": {"tasks": []}}', Kind.TASKMASTER),
    ],
)
def test_a_kind_is_told_from_the_name_or_the_text(name: str, text: str, kind: Kind) -> None:
    assert kind_of(Source(name, text.encode())) == kind


def test_what_looks_like_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="looks like nothing"):
        kind_of(Source("notes.txt", b"hello"))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.json", "{", "a.json is not JSON: Expecting property name"),
        ("a.json", "[" * 100_000, "nested too deeply"),
        ("a.json", '{"x": ' + "1" * 5000 + "}", "a.json is not JSON: Exceeds the limit"),
        ("a.json", '{"x": 1}', "no list of tasks as Taskmaster writes it"),
        ("a.json", '{"tasks": []}', "a.json has no tasks"),
        ("a.json", "7", "no list of tasks"),
        ("a.jsonl", "", "a.jsonl has no tasks"),
        ("a.md", "# Title\n\n- bullet\n", "a.md has no tasks"),
        ("a.yml", "a: [", r"a\.yml:1:5 is not YAML"),
        ("a.yml", "a: \x01", r"a\.yml is not YAML: a character that YAML does not allow"),
        ("a.yml", "[" * 5000, "nested too deeply"),
        ("a.yml", "a: &a [*a]", "nested too deeply"),
        ("a.yml", "", "a.yml has no jobs"),
        ("a.yml", "jobs: [1]", "a.yml has no jobs"),
        ("a.yml", "jobs: {a: {steps: [{uses: x}]}}", "a.yml has no tasks"),
    ],
)
def test_what_is_no_source_is_refused(name: str, text: str, message: str) -> None:
    with pytest.raises(ImportRefusedError, match=message):
        read(name, text)


def test_aliases_of_aliases_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    with pytest.raises(ImportRefusedError, match="unfold to too much"):
        read("a.yml", "\n".join(lines))


def test_a_tag_of_a_taskmaster_file() -> None:
    data = (FOLDER / "tagged.json").read_bytes()
    found = read("tagged.json", data, tag="experiment")
    assert [(draft.id, draft.description, draft.priority) for draft in found.drafts] == [
        ("t1", "Try it in Rust", "urgent")
    ]
    assert found.losses == ()
    with pytest.raises(ImportRefusedError, match='has no tag "nope"'):
        read("tagged.json", data, tag="nope")
    with pytest.raises(UsageError, match="only a Taskmaster file has tags"):
        read("a.md", "- [ ] x\n", tag="nope")


def test_a_taskmaster_file_may_be_a_bare_list() -> None:
    found = read("a.json", '[{"id": "7", "title": "Seven", "dependencies": ["7"]}]')
    assert [draft.said() for draft in found.drafts] == [{"id": "t7", "description": "Seven"}]


def test_two_thousand_tasks_of_each_kind() -> None:
    numbers = range(1, 2001)
    tasks = [{"id": n, "title": f"T{n}", "dependencies": [n - 1] if n > 1 else []} for n in numbers]
    sources = {
        "a.json": json.dumps({"tasks": tasks}),
        "a.jsonl": "\n".join(
            json.dumps({"id": f"b-{n}", "title": "T", "dependencies": [{"depends_on_id": f"b-{n - 1}"}] * (n > 1)})
            for n in numbers
        ),
        "a.md": "\n".join(f"- [ ] T (id: m{n}) (needs: m{n - 1})" for n in numbers),
        "a.yml": "jobs:\n" + "".join(f"  j{n}: {{needs: [j{n - 1}], steps: [{{run: x}}]}}\n" for n in numbers),
    }
    for name, text in sources.items():
        found = read(name, text)
        assert len(found.drafts) == 2000
        assert len(require_plan(new_plan(found, name)).entries) == 2000
        assert sum(len(draft.needs) for draft in found.drafts) == 1999
        assert len(found.losses) == (name in ("a.md", "a.yml"))  # the first one's need
