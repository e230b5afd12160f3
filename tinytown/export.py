"""Rows for other programs: as JSON, or as CSV that a spreadsheet shows and does not execute. Pure."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet (OWASP, CSV Injection)."""

Row = Mapping[str, Any]


def as_json(rows: Sequence[Row]) -> str:
    """The rows as a JSON list."""
    return json.dumps(rows, ensure_ascii=False, indent=2, default=str) + "\n"


def as_csv(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """The rows as CSV (RFC 4180) with a header.

    Texts that a spreadsheet would take for a formula get an apostrophe before them: they are the words of others.
    Lists are joined by commas, what is absent is empty, other structures are JSON.

    Args:
        columns: The header; columns that only some rows have follow it, sorted.
        rows: One value a column.
    """
    known = set(columns)
    more = sorted({name for row in rows for name in row if name not in known})
    text = io.StringIO()
    writer = csv.writer(text)
    header = [*columns, *more]
    writer.writerow([_harmless(name) for name in header])
    writer.writerows([_cell(row.get(name)) for name in header] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return value
    if isinstance(value, list | tuple):
        return _harmless(", ".join(str(one) for one in value))
    return _harmless(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
