"""Values and exact places of a file."""

import pytest

from planner.diagnostics.finding import Finding
from planner.document import Document, parse
from planner.source import BOM, Source

TEXT = """\
# a plan
[meta]
description = "über"  # why
"default_agent" = 'me'

[[tasks]]
id = "a"
needs = [
  "b", # c
  "ü",
]

[agents."x y"]
cli.name = "z"

[[tasks]]
id = '''b'''
"""
INLINE = 'meta.description = "d"\ntasks = [{ id = "a", tags = ["x", "y"] },\n  { "id" = "b" }]\n'


def document(text: str | bytes) -> Document:
    data = text if isinstance(text, bytes) else text.encode()
    found = parse(Source("tasks.toml", data))
    assert isinstance(found, Document), found
    return found


def text_at(doc: Document, *path: str | int) -> tuple[str, str]:
    place = doc.place(path)
    data = doc.source.data
    return data[place.key.start : place.key.end].decode(), data[place.value.start : place.value.end].decode()


@pytest.mark.parametrize("bom", [b"", BOM], ids=["plain", "bom"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(
    ("path", "key", "value", "place"),
    [
        (("meta", "description"), "description", '"über"', (3, 15)),
        (("meta", "default_agent"), '"default_agent"', "'me'", (4, 19)),
        (("tasks", 0, "id"), "id", '"a"', (7, 6)),
        (("tasks", 0, "needs", 0), '"b"', '"b"', (9, 3)),
        (("tasks", 0, "needs", 1), '"ü"', '"ü"', (10, 3)),
        (("tasks", 1, "id"), "id", "'''b'''", (17, 6)),
        (("tasks", 1), "[[tasks]]", "[[tasks]]", (16, 1)),
        (("agents", "x y"), '[agents."x y"]', '[agents."x y"]', (13, 1)),
        (("agents", "x y", "cli", "name"), "name", '"z"', (14, 12)),
        (("meta",), "[meta]", "[meta]", (2, 1)),
    ],
)
def test_a_place_is_exact(
    *, bom: bytes, newline: str, path: tuple[str | int, ...], key: str, value: str, place: tuple[int, int]
) -> None:
    doc = document(bom + TEXT.replace("\n", newline).encode())
    assert text_at(doc, *path) == (key, value)
    span = doc.place(path).value
    assert (span.line, span.column) == place


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("meta", "description"), "description", '"d"'),
        (("tasks", 0, "tags", 1), '"y"', '"y"'),
        (("tasks", 1, "id"), '"id"', '"b"'),
        (("tasks", 1), '{ "id" = "b" }', '{ "id" = "b" }'),
    ],
)
def test_inline_tasks_have_places_too(path: tuple[str | int, ...], key: str, value: str) -> None:
    assert text_at(document(INLINE), *path) == (key, value)


def test_what_is_not_written_is_placed_at_what_is_around_it() -> None:
    doc = document(TEXT)
    assert text_at(doc, "tasks", 1, "agent") == ("[[tasks]]", "[[tasks]]")
    assert doc.place(("nothing",)).value.line == 1
    assert not doc.has(("tasks", 1, "agent"))


def test_headers_are_known() -> None:
    doc = document(TEXT)
    header = doc.header(("tasks", 1))
    assert header is not None
    assert (header.line, header.column, header.end_column) == (16, 1, 10)
    assert document(INLINE).header(("tasks", 0)) is None


def test_tables_below_an_array_belong_to_its_last_element() -> None:
    doc = document("[[a]]\n[a.b]\nc = 1\n[[a]]\n[[a.d]]\ne = 2\n[[a.d]]\ne = 3\n")
    assert text_at(doc, "a", 0, "b", "c") == ("c", "1")
    assert text_at(doc, "a", 1, "d", 1, "e") == ("e", "3")


@pytest.mark.parametrize(
    ("data", "line", "column", "message"),
    [
        (b"a = 1\na = 2\n", 2, 6, "cannot overwrite a value"),
        (b"a = 1\r\nb\r\n", 2, 2, "expected '=' after a key in a key/value pair"),
        (b"a = ", 1, 5, "invalid value at the end of the file"),
        (b"a = [\n\n", 1, 6, "invalid value at the end of the file"),
        (b'a = "x\n', 1, 7, "illegal character '\\n'"),
        ("é = 1".encode(), 1, 1, "invalid statement"),
        (b"a = 1\nb = '\xff'\n", 2, 6, "the file is not UTF-8"),
        (b"a = " + b"9" * 5000, 1, 1, "a number has too many digits"),
        (b"a = " + b"[" * 5000, 1, 1, "the values are nested too deeply"),
        (BOM + b"a\n", 1, 2, "expected '=' after a key in a key/value pair"),
    ],
)
def test_bad_syntax_is_one_finding_at_its_place(data: bytes, line: int, column: int, message: str) -> None:
    found = parse(Source("tasks.toml", data))
    assert isinstance(found, Finding)
    assert found.code == "TT001"
    assert (found.line, found.column) == (line, column)
    assert message in found.message


@pytest.mark.parametrize("data", [b"", BOM, b"\n", b"# only a comment"])
def test_an_empty_file_is_an_empty_document(data: bytes) -> None:
    assert document(data).values == {}


def test_source_knows_its_line_end() -> None:
    assert Source("f", b"a\r\nb\n").newline == b"\r\n"
    assert Source("f", b"a\nb\r\n").newline == b"\n"
    assert Source("f", b"a").newline == b"\n"


def test_source_puts_a_place_that_is_too_far_at_the_end() -> None:
    source = Source("f", b"ab\ncd")
    assert (source.at(9, 9).line, source.at(9, 9).column) == (2, 3)
    assert source.line_end(0) == 3
    assert source.line_end(4) == 5
    assert source.line_start(4) == 3
