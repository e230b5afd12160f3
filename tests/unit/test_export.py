"""Rows for spreadsheets: read back as they were, and never executed."""

import csv
import io
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tinytown.export import as_csv, as_json


def back(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_lists_are_joined_and_what_is_absent_is_empty() -> None:
    rows: list[dict[str, Any]] = [{"a": None, "b": ["x", "y"], "c": True, "d": 1.5, "z": {"k": 1}}, {"a": 'ü,\n"'}]
    assert back(as_csv(("a", "b", "c", "d"), rows)) == [
        ["a", "b", "c", "d", "z"],
        ["", "x, y", "true", "1.5", '{"k": 1}'],
        ['ü,\n"', "", "", "", ""],
    ]


def test_formulas_are_texts_and_numbers_stay_numbers() -> None:
    rows = [{"a": text} for text in ("=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "a=1", " =1", ["=1"], -1)]
    assert [row[0] for row in back(as_csv(("a",), rows))[1:]] == [
        *("'=1+1", "'+1", "'-1", "'@x", "'\t=1", "'\r=1", "a=1", " =1", "'=1", "-1"),
    ]


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_any_text_comes_back_and_begins_no_formula(texts: list[str]) -> None:
    rows = [{"a": text, "b": ""} for text in texts]
    cells = [row[0] for row in back(as_csv(("a", "b"), rows))[1:]]
    assert [
        cell.removeprefix("'") if cell[1:] == text else cell for cell, text in zip(cells, texts, strict=True)
    ] == texts
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_json_has_every_text_as_it_is() -> None:
    rows = [{"a": "=1", "b": [1, None]}]
    assert json.loads(as_json(rows)) == rows
