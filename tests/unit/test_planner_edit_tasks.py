"""Tasks come, change and go: the exact bytes, and whose comments are whose."""

from collections.abc import Callable

import pytest

from planner.document import Document, parse
from planner.edit.add import add
from planner.edit.move import move
from planner.edit.remove import StillNeededError, remove
from planner.edit.splice import EditError
from planner.source import Source
from tinytown.errors import UsageError


def document_of(text: str) -> Document:
    document = parse(Source("tasks.toml", text.encode()))
    assert isinstance(document, Document)
    return document


def text_of(document: Document) -> str:
    return document.source.data.decode()


THREE = """\
#:schema ./tasks.schema.json
# about a
[[tasks]] # a
id = "a"
description = "A"
# retries = 2

# free

# about b
[[tasks]]
id = "b"
# in b
description = "B" # b
parent = "a"

[meta]
description = "M"

[[tasks]]
id = "c"
description = "C"
needs = ["a", "b"]
"""
A = '# about a\n[[tasks]] # a\nid = "a"\ndescription = "A"\n# retries = 2\n\n'
B = '# about b\n[[tasks]]\nid = "b"\n# in b\ndescription = "B" # b\nparent = "a"\n\n'
C = '\n[[tasks]]\nid = "c"\ndescription = "C"\nneeds = ["a", "b"]\n'


@pytest.mark.parametrize(
    ("task", "where", "expected"),
    [
        ("a", {"after": "b"}, THREE.replace(A, "").replace(B, B + A)),
        ("a", {"after": ""}, THREE.replace(A, "") + "\n" + A.removesuffix("\n")),
        ("b", {"before": "a"}, THREE.replace(B, "").replace(A, B + A)),
        ("b", {"before": ""}, THREE.replace(B, "").replace(A, B + A)),
        ("c", {"before": "b"}, THREE.replace(C, "").replace(B, C.removeprefix("\n") + "\n" + B)),
        ("c", {"after": ""}, THREE),
        ("b", {"before": "c"}, THREE),
    ],
)
def test_a_task_moves_with_its_comments(task: str, where: dict[str, str], expected: str) -> None:
    assert text_of(move(document_of(THREE), task, **where)) == expected


def test_a_task_goes_with_its_comments_and_its_empty_lines() -> None:
    done = remove(document_of(THREE), ["b", "c"])
    assert text_of(done.document) == THREE.replace(B, "").replace(C, "")
    assert done.tasks == ("b", "c")
    everything = remove(document_of(THREE), ["a"], reparent="")
    assert text_of(everything.document) == THREE.replace(A, "").replace('parent = "a"\n', "").replace('"a", ', "")
    assert everything.reparented == ("b",)
    assert everything.freed == {"c": ("a",)}


def test_descendants_go_too_but_nobody_loses_a_need_unasked() -> None:
    with pytest.raises(StillNeededError) as caught:
        remove(document_of(THREE), ["a"], recursive=True)
    assert caught.value.message == (
        'nothing was removed: "c" needs "a" (tasks.toml:20), "c" needs "b" (tasks.toml:20)'
    )
    done = remove(document_of(THREE), ["a", "c"], recursive=True)
    assert done.tasks == ("a", "b", "c")
    assert text_of(done.document) == '#:schema ./tasks.schema.json\n# free\n\n[meta]\ndescription = "M"\n'


def test_who_is_referred_to_stays() -> None:
    with pytest.raises(StillNeededError) as caught:
        remove(document_of(THREE), ["a"])
    assert caught.value.message == (
        'nothing was removed: "b" has the parent "a" (tasks.toml:11), "c" needs "a" (tasks.toml:20)'
    )
    assert caught.value.remedy == (
        "Take --reparent ID (or --reparent '' for none): children get that parent, needs are dropped; "
        "or --recursive: descendants go too."
    )
    with pytest.raises(UsageError, match="cannot be the new parent"):
        remove(document_of(THREE), ["a", "b"], reparent="b")


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (None, THREE + '\n[[tasks]]\nid = "x"\nrun = "r"\n'),
        ("c", THREE + '\n[[tasks]]\nid = "x"\nrun = "r"\n'),
        ("a", THREE.replace(A, A + '[[tasks]]\nid = "x"\nrun = "r"\n\n')),
        ("b", THREE.replace(B, B + '[[tasks]]\nid = "x"\nrun = "r"\n\n')),
    ],
)
def test_a_new_task_goes_behind_what_is_named(after: str | None, expected: str) -> None:
    document, name = add(document_of(THREE), {"id": "x", "run": "r"}, after)
    assert (text_of(document), name) == (expected, "x")


ADDED: list[tuple[str, str]] = [
    ("", '[[tasks]]\nid = "x"\n'),
    ("\n\n", '[[tasks]]\nid = "x"\n\n\n'),
    ("# c", '# c\n\n[[tasks]]\nid = "x"'),
    ('[[tasks]]\r\nid = "a"\r\n\r\n', '[[tasks]]\r\nid = "a"\r\n\r\n[[tasks]]\r\nid = "x"\r\n\r\n'),
    ("tasks = []", 'tasks = [{ id = "x" }]'),
    ('tasks = [{id="a"} , ]', 'tasks = [{id="a"}, { id = "x" } , ]'),
    ('tasks = [\n  {id="a"},\n]', 'tasks = [\n  {id="a"},\n  { id = "x" },\n]'),
    (
        'tasks = [\n  {id="a"}, # c\n  {id="b"}\n]',
        'tasks = [\n  {id="a"}, # c\n  {id="b"}, { id = "x" }\n]',
    ),
    ('tasks = [{id="a"}  ,  {id="b"}]', 'tasks = [{id="a"}  ,  {id="b"}  ,  { id = "x" }]'),
]


@pytest.mark.parametrize(("before", "after"), ADDED)
def test_a_new_task_is_written_as_the_others_are(before: str, after: str) -> None:
    assert text_of(add(document_of(before), {"id": "x"})[0]) == after


def test_an_id_is_taken_only_once() -> None:
    with pytest.raises(UsageError) as caught:
        add(document_of(THREE), {"id": "b", "run": "r"})
    assert caught.value.message == 'there is a task "b" already (tasks.toml:11)'


OWNERS: list[tuple[str, Callable[[Document], Document], str]] = [
    (  # a comment that stands free must not come to stand below a task
        '[[tasks]]\nid = "p"\n[[tasks]]\nid = "a"\n\n# free\n\n[[tasks]]\nid = "z"\n',
        lambda document: remove(document, ["a"]).document,
        '[[tasks]]\nid = "p"\n\n# free\n\n[[tasks]]\nid = "z"\n',
    ),
    (
        '[[tasks]]\nid = "p"\n[[tasks]]\nid = "a"\n\n# free\n',
        lambda document: move(document, "p", after="a"),
        '[[tasks]]\nid = "a"\n[[tasks]]\nid = "p"\n\n# free\n',
    ),
    (  # nor the last comment of a task above another one
        '[[tasks]]\nid = "a"\n[[tasks]]\nid = "b"\n# of b\n',
        lambda document: move(document, "b", before="a"),
        '[[tasks]]\nid = "b"\n# of b\n\n[[tasks]]\nid = "a"\n',
    ),
    (
        '[[tasks]]\nid = "a"\n[[tasks]]\nid = "b"\n# of b\n',
        lambda document: move(document, "a", after="b"),
        '[[tasks]]\nid = "b"\n# of b\n\n[[tasks]]\nid = "a"\n',
    ),
    (  # the file's missing line end stays missing
        '[[tasks]]\nid = "a"\n\n[[tasks]]\nid = "b"',
        lambda document: move(document, "b", before="a"),
        '[[tasks]]\nid = "b"\n\n[[tasks]]\nid = "a"',
    ),
    (  # what looks like a comment in a text is none
        '[[tasks]]\nid = "a"\nrun = """\n# x"""\n[[tasks]]\nid = "b"\n',
        lambda document: remove(document, ["b"]).document,
        '[[tasks]]\nid = "a"\nrun = """\n# x"""\n',
    ),
]


@pytest.mark.parametrize(("before", "verb", "after"), OWNERS, ids=range(len(OWNERS)))
def test_comments_stay_with_their_owners(before: str, verb: Callable[[Document], Document], after: str) -> None:
    assert text_of(verb(document_of(before))) == after


def test_a_table_inside_a_task_goes_with_it_or_not_at_all() -> None:
    inside = '[[tasks]]\nid = "a"\n[tasks.env]\nX = 1\n\n[[tasks]]\nid = "b"\n'
    assert text_of(move(document_of(inside), "a", after="b")) == (
        '[[tasks]]\nid = "b"\n\n[[tasks]]\nid = "a"\n[tasks.env]\nX = 1\n'
    )
    apart = '[[tasks]]\nid = "a"\n[meta]\n[tasks.env]\nX = 1\n\n[[tasks]]\nid = "b"\n'
    with pytest.raises(EditError, match="left as it is"):
        move(document_of(apart), "a", after="b")
