"""What tasks say and what they are called: the exact bytes of a change."""

import pytest

from planner.document import Document, parse
from planner.edit.add import add
from planner.edit.change import Wanted, change
from planner.edit.remove import remove
from planner.edit.rename import rename
from planner.edit.revision import WorseError, consequences, revise
from planner.edit.slug import free_id, slug
from planner.read import read_plan
from planner.source import Source
from tinytown.errors import AmbiguousError, BadNameError, UnknownTaskError, UsageError


def document_of(text: str) -> Document:
    document = parse(Source("tasks.toml", text.encode()))
    assert isinstance(document, Document)
    return document


def text_of(document: Document) -> str:
    return document.source.data.decode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Build the API (v2)!", "build-the-api-v2"),
        ("  Größe prüfen  ", "große-prufen".replace("ß", "")),
        ("日本語", "task"),
        ("", "task"),
        ("one two three four five six seven eight nine", "one-two-three-four-five-six-seven-eight"),
        ("x" * 50, "x" * 40),
        ("a " + "x" * 50, "a"),
    ],
)
def test_an_id_is_made_of_words(text: str, expected: str) -> None:
    assert slug(text) == expected
    assert len(free_id("x" * 50, {"x" * 40, "x" * 38 + "-2"})) == 40


def test_an_id_that_is_made_is_free_now_and_was_before() -> None:
    document = document_of('[[tasks]]\nid = "build-2"\ndescription = "b"\nwas = "build"\n')
    assert add(document, {"description": "Build!"})[1] == "build-3"


CHANGED: list[tuple[str, Wanted, str, tuple[str, ...]]] = [
    ('agent = "x" # who', Wanted({"role": "r"}), 'role = "r" # who', ("agent", "role")),
    ("role = 'x'", Wanted({"role": "x"}), "role = 'x'", ()),
    ("role = 'x'", Wanted({"role": "y"}), 'role = "y"', ("role",)),
    ("role = 'x'\nagent = 'y'", Wanted({"agent": "z"}), 'agent = "z"', ("role", "agent")),
    ("retries = 1", Wanted({"retries": 0, "timeout": "5m"}), 'retries = 0\ntimeout = "5m"', ("retries", "timeout")),
    ("timeout = '5m' # t", Wanted({"timeout": None}), " # t", ("timeout",)),
    ("needs = ['p', 'q']", Wanted(less={"needs": ["p"]}), "needs = ['q']", ("needs",)),
    ("needs = ['p', 'q']", Wanted(less={"needs": ["q"]}), "needs = ['p']", ("needs",)),
    ("needs = ['p']", Wanted(less={"needs": ["p"]}), "", ("needs",)),
    ("needs = ['p', 'q']", Wanted({"needs": ["q", "r"]}), "needs = ['q', \"r\"]", ("needs",)),
    ("needs = ['p', 'q']", Wanted({"needs": ["r", "p"]}), 'needs = ["r", "p"]', ("needs",)),
    ("needs = ['p']", Wanted(more={"needs": ["p"]}), "needs = ['p']", ()),
    (
        "needs = [\n  'p', # one\n  # two\n  'q', # is two\n]",
        Wanted(less={"needs": ["p"]}, more={"needs": ["r"]}),
        "needs = [\n  # one\n  # two\n  'q', \"r\", # is two\n]".replace("  # one", "   # one"),
        ("needs",),
    ),
    (
        "needs = [\n  'p',\n  # two\n  'q',\n]",
        Wanted(less={"needs": ["p"]}),
        "needs = [\n  # two\n  'q',\n]",
        ("needs",),
    ),
    ("tags = []", Wanted(more={"tags": ["t", "u"]}), 'tags = ["t", "u"]', ("tags",)),
]


@pytest.mark.parametrize(("before", "wanted", "after", "keys"), CHANGED)
def test_a_change_is_just_that(before: str, wanted: Wanted, after: str, keys: tuple[str, ...]) -> None:
    done = change(document_of(f'[[tasks]]\nid = "a"\n{before}\n'), "a", wanted)
    assert text_of(done.document) == f'[[tasks]]\nid = "a"\n{after}\n'.replace("\n\n", "\n")
    assert done.keys == keys


def test_pairs_of_an_inline_table_go_with_their_commas() -> None:
    document = document_of('tasks = [{ role = "r", id = "a", timeout = "1m", run = "x" }]')
    done = change(document, "a", Wanted({"timeout": None, "run": None, "role": None}))
    assert text_of(done.document) == 'tasks = [{ id = "a" }]'
    swapped = change(document, "a", Wanted({"agent": "w"}))
    assert text_of(swapped.document) == 'tasks = [{ agent = "w", id = "a", timeout = "1m", run = "x" }]'
    assert swapped.notes == ('"a" had the role "r"; the agent takes its place',)


def test_a_comment_that_outlives_its_key_stays_with_its_task() -> None:
    text = '[[tasks]]\nid = "a"\n# who\nagent = "x"\nrun = "r" # how\n[[tasks]]\nid = "b"\n'
    done = change(document_of(text), "a", Wanted({"agent": None, "run": None}))
    assert text_of(done.document) == '[[tasks]]\nid = "a"\n# who\n # how\n\n[[tasks]]\nid = "b"\n'


RENAMED = """\
[[tasks]]
id = 'a'   # the id
description = "a"
[[tasks]]
id = "b"
parent = "a"
needs = [
  'a', # a
  "aa",
]
[[tasks]]
id = "aa"
needs = [\"\"\"
a\"\"\"]
"""


def test_a_rename_reaches_every_reference_in_its_own_quotes() -> None:
    document, count = rename(document_of(RENAMED), "a", "new-a")
    assert count == 3
    assert text_of(document) == (
        RENAMED.replace("id = 'a'   # the id", "id = 'new-a'   # the id\nwas = \"a\"")
        .replace('parent = "a"', 'parent = "new-a"')
        .replace("'a', #", "'new-a', #")
        .replace('\na"""', '\nnew-a"""')
    )
    further, _ = rename(document, "new-a", "newer")
    assert further.values["tasks"][0] == {"id": "newer", "was": "a", "description": "a"}
    assert text_of(rename(further, "newer", "a")[0]) == RENAMED


@pytest.mark.parametrize(
    ("new", "kind", "said"),
    [
        ("b", UsageError, 'there is a task "b" already (tasks.toml:4)'),
        ("a", UsageError, '"a" has this id already'),
        ("a b", BadNameError, 'a task cannot have the id "a b"'),
        ("old", UsageError, '"old" is what "c" was called before (tasks.toml:6)'),
    ],
)
def test_an_id_that_cannot_be_had(new: str, kind: type[UsageError], said: str) -> None:
    text = '[[tasks]]\nid = "a"\n\n[[tasks]]\nid = "b"\n[[tasks]]\nid = "c"\nwas = "old"\n'
    with pytest.raises(kind) as caught:
        rename(document_of(text), "a", new)
    assert caught.value.message == said


def test_tasks_that_are_not_there_or_there_twice() -> None:
    with pytest.raises(UnknownTaskError) as unknown:
        rename(document_of('[[tasks]]\nid = "build"\n'), "biuld", "x")
    assert unknown.value.message == 'tasks.toml has no task "biuld"'
    assert unknown.value.remedy == 'Did you mean "build"?'
    with pytest.raises(AmbiguousError) as twice:
        remove(document_of('[[tasks]]\nid = "a"\n[[tasks]]\nid = "a"\n'), ["a"])
    assert twice.value.message == '"a" is the id of 2 tasks (tasks.toml:1, tasks.toml:3)'


def test_new_errors_are_refused_and_old_ones_are_not() -> None:
    before = read_plan(b'[[tasks]]\nid = "a"\ndescription = "A"\nparent = "nobody"\nneeds = ["who"]\n')
    assert before.document
    mended = change(before.document, "a", Wanted({"parent": None})).document
    assert revise(before, mended).plan is None
    renamed, _ = rename(before.document, "a", "b")
    assert revise(before, renamed, ("a", "b")).plan is None
    worse = change(before.document, "a", Wanted(more={"needs": ["x"]})).document
    with pytest.raises(WorseError) as caught:
        revise(before, worse)
    assert caught.value.message == "tasks.toml would have an error"
    assert [found.message for found in caught.value.findings] == ['task "a" has unknown need "x"']


def test_who_becomes_a_group_is_told() -> None:
    before = read_plan(b'[meta]\ndefault_agent = "d"\n[[tasks]]\nid = "a"\ndescription = "A"\n')
    assert before.document
    after = revise(before, add(before.document, {"id": "b", "run": "r", "parent": "a"})[0])
    assert list(consequences(before, after)) == [
        '"a" is a group now: nobody is sent it, and it ends when its members have'
    ]
    assert list(consequences(after, before)) == ['"a" is no group any more, but a task: "d" is to do it']
