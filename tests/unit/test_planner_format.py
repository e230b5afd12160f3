"""The canonical form of tasks.toml."""

from collections.abc import Sequence

import pytest

from planner.document import Document, parse
from planner.edit.format import TASK_KEYS, formatted
from planner.edit.splice import EditError
from planner.schema import TaskTable
from planner.source import Source


def document(text: str | bytes) -> Document:
    data = text if isinstance(text, bytes) else text.encode()
    found = parse(Source("tasks.toml", data))
    assert isinstance(found, Document)
    return found


def form(text: str) -> str:
    once = formatted(document(text))
    assert formatted(document(once)) == once
    return once.decode()


LONG = ["a" * 40, "b" * 40]

CASES: Sequence[tuple[str, str, str]] = [
    ("nothing", "", ""),
    ("only empty lines", "\n \t\n\n", ""),
    ("only a comment", "  # c  ", "# c\n"),
    ("spaces", '[[ tasks ]]\n\tid="a"\n  "agent"  =   "x"  ', '[[tasks]]\nid = "a"\nagent = "x"\n'),
    ("dotted and quoted keys", '[ agents . "a b" ]\ncli=1\n', '[agents."a b"]\ncli = 1\n'),
    (
        "the order of keys",
        '[[tasks]]\nstatus="x"\nneeds=["b"]\nmystery=1\nrun="r"\nid="a"\nparent="p"\nagent="g"\n',
        '[[tasks]]\nid = "a"\nagent = "g"\nstatus = "x"\nparent = "p"\nneeds = ["b"]\nrun = "r"\nmystery = 1\n',
    ),
    (
        "the order of other tables' keys",
        (
            '[agents.a]\nidle_timeout="5m"\nreplicas=2\nrole="r"\ncli="c"\n'
            '[meta]\nmax_parallel=1\ndescription="d"\n[pools]\nz=1\na=2\n'
        ),
        (
            '[agents.a]\ncli = "c"\nrole = "r"\nreplicas = 2\nidle_timeout = "5m"\n\n'
            '[meta]\ndescription = "d"\nmax_parallel = 1\n\n'
            "[pools]\nz = 1\na = 2\n"
        ),
    ),
    (
        "comments above and beside a key go with it",
        '[[tasks]]\n# why b\nagent="b" # beside b\n\n# why a\nid="a"\n',
        '[[tasks]]\n# why a\nid = "a"\n# why b\nagent = "b"  # beside b\n',
    ),
    (
        "spaces before a comment stay if there are two at least",
        '[[tasks]]  # x\nid="a"      # y\nrun="r"\t# z\nrole="r"# q\n',
        '[[tasks]]  # x\nid = "a"      # y\nrole = "r"  # q\nrun = "r"  # z\n',
    ),
    (
        "an empty line parts tables, not keys",
        'x=1\n\n\n[meta]\n\n\ndescription="d"\n\ndefault_agent="a"\n[[tasks]]\nid="a"\n\n\n\n[[tasks]]\n',
        'x = 1\n\n[meta]\ndescription = "d"\ndefault_agent = "a"\n\n[[tasks]]\nid = "a"\n\n[[tasks]]\n',
    ),
    (
        "before the first table one empty line may part keys",
        "# top\n\n\nx=1\n\n\n# y\ny=2\n",
        "# top\n\nx = 1\n\n# y\ny = 2\n",
    ),
    (
        "paragraphs of comments stay apart",
        '[[tasks]]\n\n# one\n\n\n# two\n\nid="a"\n',
        '[[tasks]]\n# one\n\n# two\nid = "a"\n',
    ),
    (
        "comments directly above a header are the table's",
        '[[tasks]]\nid="a"\n\n\n# of b\n[[tasks]]\nid="b"\n# of c\n[[tasks]]\n',
        '[[tasks]]\nid = "a"\n\n# of b\n[[tasks]]\nid = "b"\n\n# of c\n[[tasks]]\n',
    ),
    (
        "comments directly below a table are the table's, and those alone nobody's",
        '[[tasks]]\nid="a"\n# of a\n\n\n# alone\n\n[[tasks]]\n\n# end\n\n',
        '[[tasks]]\nid = "a"\n# of a\n\n# alone\n\n[[tasks]]\n\n# end\n',
    ),
    (
        "quotes",
        'a=\'x\'\nb=\'say "x"\'\nc="say \\"x\\""\nd="it\'s \\"x\\""\n',
        'a = "x"\nb = \'say "x"\'\nc = \'say "x"\'\nd = "it\'s \\"x\\""\n',
    ),
    (
        "backslashes and escapes",
        'e="\\u0041"\nf="C:\\\\x"\ng="\\t\\\\"\nh=\'C:\\x\'\n',
        "e = \"\\u0041\"\nf = 'C:\\x'\ng = \"\\t\\\\\"\nh = 'C:\\x'\n",
    ),
    ("a hidden character stays an escape", 'a = "\\u202e\\"x"\n', 'a = "\\u202e\\"x"\n'),
    (
        "strings of several lines stay",
        "[[tasks]]\nrun='''\n  x  \n\\y'''\nid=\"\"\"a\\\n   b\"\"\" # c\n",
        "[[tasks]]\nid = \"\"\"a\\\n   b\"\"\"  # c\nrun = '''\n  x  \n\\y'''\n",
    ),
    ("a short array", "x=[ \"a\" ,\n  'b',\n ]\n", 'x = ["a", "b"]\n'),
    (
        "a long array",
        f'needs = ["{LONG[0]}", "{LONG[1]}", "c"]\n',
        f'needs = [\n    "{LONG[0]}",\n    "{LONG[1]}",\n    "c",\n]\n',
    ),
    (
        "an array with comments keeps its lines",
        "x=[ # why\n\t\"a\" ,  # first\n\n  'b'\n      ]  # c\n",
        "x = [ # why\n    \"a\" ,  # first\n\n    'b'\n]  # c\n",
    ),
    (
        "inline tables, and arrays of anything but plain values, stay",
        'a={x=1,  y="#"}\ntasks=[ {id="a"}, # c\n   {id="b"} ]\nb=[[1,2],[3 ]]\nc=["""\nx""" ]\n',
        'a = {x=1,  y="#"}\ntasks = [ {id="a"}, # c\n   {id="b"} ]\nb = [[1,2],[3 ]]\nc = ["""\nx""" ]\n',
    ),
    (
        "numbers and dates stay",
        "a=0x1F\nb=1_000\nc=1979-05-27 07:32:00Z\nd=inf\n",
        "a = 0x1F\nb = 1_000\nc = 1979-05-27 07:32:00Z\nd = inf\n",
    ),
    ("CRLF", '[[tasks]]\r\nid="a"\r\n[[tasks]]', '[[tasks]]\r\nid = "a"\r\n\r\n[[tasks]]\r\n'),
    ("a BOM", "\ufeffx=1", "\ufeffx = 1\n"),
    ("a # is no comment everywhere", "'#'=\"#\" #'\"\n", "'#' = \"#\"  #'\"\n"),
]


@pytest.mark.parametrize(("before", "after"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_form(before: str, after: str) -> None:
    assert form(before) == after


def test_every_key_of_a_task_has_its_place() -> None:
    assert set(TASK_KEYS) == set(TaskTable.model_fields)


def test_what_cannot_be_compared_is_left_alone() -> None:
    with pytest.raises(EditError, match="left as it is"):
        formatted(document("x = nan\n"))


def test_five_thousand_tasks_are_put_into_form() -> None:
    blocks = [f'[[tasks]]\nagent="x"\nid="t{n}" # {n}\nneeds=[ "t{n - 1}" ]\n' for n in range(5000)]
    once = formatted(document("".join(blocks)))
    assert once.count(b"\n\n[[tasks]]\nid = ") == 4999
    assert formatted(document(once)) == once
