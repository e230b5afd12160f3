"""Random files: the canonical form means the same, keeps every comment with its key, and is its own form."""

from collections import Counter
from pathlib import Path

import pytest
import tree_sitter_toml
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_sitter import Language, Node, Parser

from planner.document import Document, parse
from planner.edit.format import formatted
from planner.edit.statements import Kind, statements
from planner.source import BOM, Source
from tests.properties.test_planner_places import documents, plans

ROOT = Path(__file__).parent.parent.parent
FILES = sorted([*ROOT.glob("pipelines/*/tasks.toml"), *ROOT.glob("tests/plans_corpus/*.toml")])

VALUES = st.sampled_from(
    [
        *('"x"', "'x'", "'say \"x\" # no'", '"say \\"x\\""', '"""\n# no comment\n  x """', "'''a\n\n\\b'''"),
        *("1", "true", "1979-05-27", "{ a = 1 }", "[]", '[ "a" ,"b" ]', '["a", # %\n\n "b" # %\n ]', "[[1],[2]]"),
        f'["{"a" * 60}", "{"b" * 60}"]',
    ]
)
KEYS = st.lists(
    st.sampled_from(["id", '"agent"', "needs", "status", "run", "'tags'", "x . y", "other", "description"]),
    unique=True,
    max_size=5,
)
HEADERS = st.sampled_from(["[[tasks]]", "[[ tasks ]]", "[[tasks]] # %", "\t[['tasks']]  # %"])
GAPS = st.lists(st.sampled_from(["", " \t", "# %", "  # % "]), max_size=4)
EQUALS = st.sampled_from(["=", " = ", "\t=  "])
ENDS = st.sampled_from(["", " ", "# %", "    # %", "\t# %"])


@st.composite
def awkward(draw: st.DrawFn) -> bytes:
    """Tasks in good TOML, but in no form; each comment has a number of its own."""
    lines: list[str] = []
    for _ in range(draw(st.integers(0, 3))):
        lines += [*draw(GAPS), draw(HEADERS)]
        for key in draw(KEYS):
            lines += [*draw(GAPS), f"{key}{draw(EQUALS)}{draw(VALUES)}{draw(ENDS)}"]
    text = "\n".join([*lines, *draw(GAPS), *draw(st.sampled_from([[], [""]]))])
    pieces = text.split("%")
    text = "".join(f"{piece}{number}" for number, piece in enumerate(pieces[:-1])) + pieces[-1]
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return (BOM if draw(st.booleans()) else b"") + text.encode()


def comments(data: bytes) -> Counter[bytes]:
    """All comments, as another parser sees them."""
    found: Counter[bytes] = Counter()
    nodes: list[Node] = [Parser(Language(tree_sitter_toml.language())).parse(data.removeprefix(BOM)).root_node]
    while nodes:
        node = nodes.pop()
        nodes += node.children
        if node.type == "comment":
            found[(node.text or b"").strip()] += 1
    return found


def companions(document: Document) -> dict[object, list[str]]:
    """For each key and header the comments above and beside it, and above and below each table's end."""
    found: dict[object, list[str]] = {}
    loose: list[str] = []
    for one in statements(document):
        if one.kind is Kind.COMMENT:
            loose.append(one.text)
        elif one.kind is Kind.PAIR:
            found[one.path] = [*loose, one.comment]
            loose = []
        elif one.kind is Kind.HEADER:
            found["before", one.path] = [*loose, one.comment]
            loose = []
    found["end"] = loose
    return found


def obeys(data: bytes) -> None:
    before = parse(Source("f", data))
    if not isinstance(before, Document):
        return
    once = formatted(before)
    after = parse(Source("f", once))
    assert isinstance(after, Document)
    assert after.values == before.values
    assert formatted(after) == once
    assert comments(once) == comments(data)
    assert not once.endswith(b"\n\n")
    assert once in (b"", BOM) or once.endswith(b"\n")


@settings(deadline=None)
@given(awkward())
def test_the_form_of_awkward_files(data: bytes) -> None:
    obeys(data)
    before = parse(Source("f", data))
    assert isinstance(before, Document)
    after = parse(Source("f", formatted(before)))
    assert isinstance(after, Document)
    assert companions(after) == companions(before)


@settings(deadline=None)
@given(st.one_of(documents(), plans()))
def test_the_form_of_any_file(data: bytes) -> None:
    obeys(data)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_form_of_real_files(path: Path) -> None:
    obeys(path.read_bytes())
