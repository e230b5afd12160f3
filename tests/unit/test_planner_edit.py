"""Edits of a file's bytes: exactly what is asked for."""

from collections.abc import Sequence

import pytest

from planner.document import Document, parse
from planner.edit.splice import Append, EditError, Put, edit, rendered
from planner.source import Source


def edited(text: str, *wishes: Put | Append) -> str:
    document = parse(Source("tasks.toml", text.encode()))
    assert isinstance(document, Document)
    return edit(document, wishes).decode()


TWO = '[[tasks]]\nid = "a"   # one\nstatus = \'pending\' # s\n\n[meta]\n[[tasks]]\n  id = "b"\n# end'

CASES: Sequence[tuple[str, list[Put | Append], str]] = [
    (TWO, [Put(0, "status", "failed")], TWO.replace("'pending'", '"failed"')),
    (TWO, [Put(1, "status", "failed")], TWO.replace('"b"\n', '"b"\n  status = "failed"\n')),
    (TWO, [Put(0, "status", None)], TWO.replace("status = 'pending'", "")),
    (TWO, [Put(1, "status", None)], TWO),
    (TWO, [Append({"id": "c"})], TWO + '\n\n[[tasks]]\nid = "c"\n'),
    (
        TWO,
        [Put(0, "status", "running"), Put(1, "agent", "x"), Put(1, "tags", ["p", "q"]), Append({"id": "c"})],
        TWO.replace("'pending'", '"running"').replace('"b"\n', '"b"\n  agent = "x"\n  tags = ["p", "q"]\n')
        + '\n\n[[tasks]]\nid = "c"\n',
    ),
    ('[[tasks]]\nid = "a"', [Put(0, "status", "x")], '[[tasks]]\nid = "a"\nstatus = "x"'),
    (
        '[[tasks]]\r\nid = "a" # c\r\n\r\n',
        [Put(0, "status", "x"), Append({"id": "b", "tags": ["t"]})],
        '[[tasks]]\r\nid = "a" # c\r\nstatus = "x"\r\n\r\n\r\n[[tasks]]\r\nid = "b"\r\ntags = ["t"]\r\n',
    ),
    ('\ufeff[[tasks]]\nid = "a"\n', [Put(0, "id", "b")], '\ufeff[[tasks]]\nid = "b"\n'),
    ("", [Append({"id": "a"})], '[[tasks]]\nid = "a"\n'),
    ("\ufeff", [Append({"id": "a"})], '\ufeff[[tasks]]\nid = "a"\n'),
    (
        '[[tasks]]\nid = "a"\nstatus = "x"\nrun = "r"\n',
        [Put(0, "status", None)],
        '[[tasks]]\nid = "a"\nrun = "r"\n',
    ),
    (
        '[[tasks]]\nid = """\na"""\n[meta]\n',
        [Put(0, "status", "x")],
        '[[tasks]]\nid = """\na"""\nstatus = "x"\n[meta]\n',
    ),
    ('tasks = [{id="a"}, { id = "b" } , ]\n', [Put(0, "x", "y")], 'tasks = [{id="a", x = "y"}, { id = "b" } , ]\n'),
    (
        'tasks = [{id="a"}, { id = "b" } , ]\n',
        [Append({"id": "c"})],
        'tasks = [{id="a"}, { id = "b" }, { id = "c" } , ]\n',
    ),
    ("tasks = [ ]\n", [Append({"id": "c"}), Append({"id": "d"})], 'tasks = [{ id = "c" }, { id = "d" } ]\n'),
    ('tasks = [{id="a", x = 1, y = 2}]\n', [Put(0, "x", None)], 'tasks = [{id="a", y = 2}]\n'),
    ('tasks = [{id="a", x = 1 }]\n', [Put(0, "x", None)], 'tasks = [{id="a" }]\n'),
]


@pytest.mark.parametrize(("text", "wishes", "expected"), CASES)
def test_an_edit_does_just_this(text: str, wishes: list[Put | Append], expected: str) -> None:
    assert edited(text, *wishes) == expected


def test_nothing_wished_is_nothing_changed() -> None:
    assert edited(TWO) == TWO


@pytest.mark.parametrize("value", ['a"b\\', "two\nlines", "\x01\x7f\x1b", "ünï ☃ 😀", "", "'''", ["a", 'b"']])
def test_any_value_is_read_back_as_it_was(value: object) -> None:
    document = parse(Source("f", f"x = {rendered(value)}\n".encode()))
    assert isinstance(document, Document)
    assert document.values == {"x": value}


def test_an_edit_that_would_mean_something_else_is_refused() -> None:
    with pytest.raises(EditError, match="left as it is"):
        edited('[[tasks]]\nid.x = "a"\n', Put(0, "id", "b"))
