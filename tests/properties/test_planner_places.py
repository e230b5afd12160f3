"""Random documents: places point exactly at the text, edits touch nothing else."""

import tomllib
from typing import Any

import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.document import Document, parse
from planner.edit.splice import Append, Put, edit
from planner.read import read_plan
from planner.source import BOM, Source


def _good(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
KEYS = st.one_of(st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True), st.text(max_size=4).filter(_good))
SCALARS = st.one_of(st.integers(-(2**60), 2**60), st.booleans(), TEXTS)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))
SPACES = st.sampled_from(["", " ", "\t", "  "])
COMMENTS = st.sampled_from(["", " # c", '# ü "x" = [', "\t#"])


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """A file of tables and arrays of tables, oddly spaced, with comments, a BOM and CRLF at times."""
    lines: list[str] = []
    for name in draw(st.lists(KEYS, max_size=4, unique=True)):
        header = tomlkit.key(name).as_string()
        for _ in range(draw(st.integers(1, 3))):
            gap = draw(SPACES)
            lines.append(f"{gap}[[{gap}{header} ]]{draw(COMMENTS)}")
            lines += _pairs(draw)
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    text = newline.join([*_pairs(draw), *lines, ""])
    if draw(st.booleans()):
        text = text.removesuffix(newline)
    return (BOM if draw(st.booleans()) else b"") + text.encode()


def _pairs(draw: st.DrawFn) -> list[str]:
    lines: list[str] = []
    # Inside their own prefix, keys cannot meet the names of tables.
    for key, value in draw(st.dictionaries(KEYS.map(lambda k: f"k-{k}"), VALUES, max_size=3)).items():
        spelled = tomlkit.key(key).as_string()
        rendered = tomlkit.item(value).as_string() if not isinstance(value, dict) else _inline(value)
        lines.append(f"{draw(SPACES)}{spelled}{draw(SPACES)}={draw(SPACES)}{rendered}{draw(COMMENTS)}")
    return lines


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{tomlkit.key(k).as_string()} = {_inline(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return str(tomlkit.item(value).as_string())


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    found: list[tuple[tuple[str | int, ...], Any]] = []
    items: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        found.append(((*path, key), inner))
        if isinstance(inner, dict | list):
            found += leaves(inner, (*path, key))
    return found


@settings(deadline=None)
@given(documents())
def test_places_point_exactly_at_the_text(data: bytes) -> None:
    try:
        tomllib.loads(data.removeprefix(BOM).decode())
    except ValueError:
        return
    document = parse(Source("f", data))
    assert isinstance(document, Document)
    for path, value in leaves(document.values):
        if document.header(path) or not document.has(path):
            continue  # what only a longer header implies, as [a.b] does a, is written nowhere
        place = document.place(path)
        text = data[place.value.start : place.value.end].decode()
        assert tomllib.loads(f"x = {text}") == {"x": value}
        line = data.removeprefix(BOM).decode().split("\n")[place.value.line - 1]
        first = text.split("\n")[0]
        assert line[place.value.column - 1 :].startswith(first)
        if isinstance(path[-1], str):
            key = data[place.key.start : place.key.end].decode()
            assert list(tomllib.loads(f"{key} = 0")) == [path[-1]]


PLAN_LINES = st.lists(st.sampled_from(["", "# comment", '  # status = "x"', "\t"]), max_size=2)
STATUSES = ("pending", "completed", "failed", "cancelled")


@st.composite
def plans(draw: st.DrawFn, most: int = 5) -> bytes:
    """A valid plan, oddly spaced."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    ids = [f"t{n}" for n in range(draw(st.integers(0, most)))]
    blocks: list[str] = []
    for at, name in enumerate(ids):
        pairs = [
            f'id = "{name}"',
            f"description = {tomlkit.item(draw(TEXTS) + '.').as_string()}".replace("\\u0000", "0"),
        ]
        if draw(st.booleans()):
            pairs.append(f'status{draw(SPACES)}= "{draw(st.sampled_from(STATUSES))}"')
        if at and draw(st.booleans()):
            pairs.append(f'parent = "{draw(st.sampled_from(ids[:at]))}"')
        if at and draw(st.booleans()):
            pairs.append(f'needs = [{newline}"{ids[at - 1]}",{draw(COMMENTS)}{newline}]')
        if draw(st.booleans()):
            pairs.append(draw(st.sampled_from(['agent = "w"', 'role = "r"', "run = '''x'''"])))
        lines = [f"{draw(SPACES)}{pair}{draw(COMMENTS)}" for pair in draw(st.permutations(pairs))]
        blocks += [*draw(PLAN_LINES), f"[[tasks]]{draw(COMMENTS)}", *lines]
    meta = ["[meta]", 'default_agent = "d"', *draw(PLAN_LINES)] if draw(st.booleans()) else []
    whole = [*meta, *blocks] if draw(st.booleans()) else [*blocks, *meta]
    text = newline.join([*whole, ""])
    if draw(st.booleans()):
        text = text.removesuffix(newline)
    return (BOM if draw(st.booleans()) else b"") + text.encode()


@settings(deadline=None)
@given(plans(), st.data())
def test_an_edit_touches_no_other_byte(data: bytes, more: st.DataObject) -> None:
    reading = read_plan(data)
    if reading.plan is None or not reading.plan.entries:
        return
    document = reading.plan.document
    position = more.draw(st.integers(0, len(reading.plan.entries) - 1))
    value = more.draw(TEXTS)
    path = ("tasks", position, "status")
    after = edit(document, [Put(position, "status", value)])
    assert tomllib.loads(after.removeprefix(BOM).decode())["tasks"][position]["status"] == value
    if document.has(path):
        span = document.place(path).value
        assert after.startswith(data[: span.start])
        assert after.endswith(data[span.end :])
    else:
        assert _without_one_stretch(after, data)


@settings(deadline=None)
@given(plans())
def test_appending_only_adds(data: bytes) -> None:
    reading = read_plan(data)
    if reading.plan is None:  # a child that needs its own group
        return
    after = edit(reading.plan.document, [Append({"id": "new", "description": "n"})])
    assert after.startswith(data)
    assert tomllib.loads(after.removeprefix(BOM).decode())["tasks"][-1] == {"id": "new", "description": "n"}


def _without_one_stretch(longer: bytes, shorter: bytes) -> bool:
    """Whether taking one stretch out of `longer` gives `shorter`."""
    same = next((n for n, (a, b) in enumerate(zip(longer, shorter, strict=False)) if a != b), len(shorter))
    return longer.endswith(shorter[same:])


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    reading = read_plan(data)
    assert reading.plan or reading.findings
    assert isinstance(reading.text, str)


WORDS = st.sampled_from(["tasks", "meta", "agents", "id", "needs", "parent", "status", "timeout", "priority", "x"])
TREES = st.recursive(
    st.one_of(st.none(), st.sampled_from(["a", "b", "", "pending", "\0"]), st.integers(-1, 2), st.booleans()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(WORDS, TREES, max_size=4))
def test_any_values_are_judged_without_falling_over(tree: dict[str, Any]) -> None:
    text = tomlkit.dumps(_without_none(tree))
    reading = read_plan(text.encode())
    assert reading.plan or any(found.severity == "error" for found in reading.findings)
    for found in reading.findings:
        assert 1 <= found.line <= text.count("\n") + 1
        assert found.column >= 1


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_without_none(inner) for inner in value if inner is not None]
    return value
