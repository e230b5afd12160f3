"""Whatever the bytes are: a reading whose findings lie inside of the file, in time that grows with its size."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.read import Reading, read_plan
from planner.source import Source

ROOT = Path(__file__).resolve().parents[2]
GOOD = sorted(ROOT.glob("pipelines/*/tasks.toml"))
BAD = sorted((ROOT / "tests/findings").glob("*.toml"))
TEXTS = tuple(path.read_bytes() for path in (*GOOD, *BAD))
SCRAPS = st.sampled_from(
    [
        *(
            b'"',
            b"'",
            b'"""',
            b"'''",
            b"[",
            b"]",
            b"[[",
            b"]]",
            b"{",
            b"}",
            b"=",
            b",",
            b".",
            b"#",
            b"\\",
            b"\n",
            b"\r",
        ),
        *(
            b"[tasks]\n",
            b"[[tasks]]\n",
            b"[meta]\n",
            b'id = "a"\n',
            b"id",
            b'parent = "a"\n',
            b"was",
            b"\xef\xbb\xbf",
            b"\0",
        ),
        *(
            b"\xff",
            "“".encode(),
            b"\xc2\xa0",
            b"<<<<<<< HEAD\n",
            b"```\n",
            b"when = ",
            b"status = 'failed'\n",
            b"\\u0000",
        ),
    ]
)


def look(data: bytes) -> Reading:
    """Reads a plan, and checks all that holds of every reading."""
    reading = read_plan(data)
    assert reading.plan or any(found.severity == "error" for found in reading.findings)
    source = Source("f", data)
    lines = data.count(b"\n") + 1
    for found in reading.findings:
        assert 1 <= found.line <= found.end_line <= lines
        assert (found.line, found.column) <= (found.end_line, found.end_column)
        assert 1 <= found.column <= len(source.line(found.line)) + 1
        for other in found.related:
            assert 1 <= other.line <= lines
            assert 1 <= other.column <= len(source.line(other.line)) + 1
    assert len(set(reading.findings)) == len(reading.findings)
    assert isinstance(reading.text, str)
    return reading


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    look(data)


@settings(deadline=None)
@given(st.text(st.sampled_from("[]{}=\"'\\#.,\n\r \ttasksidneedsru1é"), max_size=120))
def test_any_text_of_the_signs_of_toml(text: str) -> None:
    look(text.encode())


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_a_plan_that_was_mangled(draw: st.DataObject) -> None:
    data = draw.draw(st.sampled_from(TEXTS))
    for _ in range(draw.draw(st.integers(1, 5))):
        start, end = sorted(draw.draw(st.integers(0, len(data))) for _ in "ab")
        end = min(end, start + draw.draw(st.sampled_from([1, 10, 100])))
        match draw.draw(st.sampled_from(["cut", "insert", "flip", "double", "swap"])):
            case "cut":
                data = data[:start] + data[end:]
            case "insert":
                data = data[:start] + draw.draw(SCRAPS) + data[start:]
            case "flip" if start < len(data):
                data = data[:start] + bytes([draw.draw(st.integers(0, 255))]) + data[start + 1 :]
            case "double":
                data = data[:end] + data[start:end] + data[end:]
            case "swap":
                data = data[:start] + data[end:] + data[start:end]
    look(data)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from(TEXTS), min_size=2, max_size=3))
def test_plans_one_behind_another(texts: list[bytes]) -> None:
    look(b"".join(texts))


MANY = 10_000
DEEP = {
    "arrays": "x = " + "[" * MANY + "]" * MANY,
    "open arrays": "x = " + "[" * MANY,
    "inline tables": "x = " + "{ a = " * MANY + "1" + " }" * MANY,
    "a dotted key": ".".join(["a"] * MANY) + " = 1",
    "many dotted keys": "\n".join(f"k{n}." + ".".join(["a"] * 60) + " = 1" for n in range(300)),
    "a dotted header": "[" + ".".join(["a"] * MANY) + "]",
    "a dotted header of tasks": "[[" + ".".join(['"a"'] * MANY) + "]]",
    "a dotted key in a table": "x = { " + " . ".join(["'a'"] * MANY) + " = 1 }",
    "a number": "x = " + "9" * 100_000,
    "quotes": '"' * 50_000,
    "many quotes": "x = " + '"a" ' * 20_000,
    "single quotes": "x = " + "'" * 50_001,
    "backslashes": 'x = "' + "\\" * 50_001 + '"',
    "brackets": "[" * 50_000 + "\n" + "]" * 50_000,
    "texts that are never closed": 'run = """x\n' * MANY,
    "lists that are never closed": 'needs = ["a",\n' * MANY,
    "headers that are never closed": "[[tasks]\n" * MANY,
    "tables twice": "[meta]\n" * MANY,
    "single tasks": '[tasks]\nid = "a"\n' * MANY,
    "keys twice": 'id = "a"\n' * MANY,
    "prose": "Lorem ipsum dolor sit amet.\n" * MANY,
    "dots in a text": 'x = "' + "a." * MANY + '"',
    "spaces": "x = 1" + " " * 100_000 + "y\n" + "\t" * 100_000,
    "equals signs": "x " + "=" * 50_000,
    "words like secrets": 'x = "' + "token=sk-://" * MANY + '\n"',
    "commas": "x = [" + "," * 50_000 + "]",
    "carriage returns": "\r" * 50_000,
    "colons": "a: " * MANY,
}


@pytest.mark.parametrize("name", DEEP)
def test_what_is_deep_long_or_often_takes_no_age(name: str) -> None:
    start = time.process_time()
    look(DEEP[name].encode())
    look(('[[tasks]]\nid = "a"\nrun = "x"\n' + DEEP[name] + '\n[[tasks]]\nid = "b"\nrun = "x"\n').encode())
    assert time.process_time() - start < 10


def test_text_with_as_many_dots_as_one_likes_is_no_key(tmp_path: Path) -> None:
    dots = ".".join(["a"] * 500)
    path = tmp_path / "tasks.toml"
    path.write_text(f'[[tasks]]\nid = "a"\ndescription = """\n{dots}\n"""\nrun = "{dots}"  # {dots}\n')
    assert not look(path.read_bytes()).findings
