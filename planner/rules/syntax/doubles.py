"""What is written twice: keys, tables, and `[tasks]` where each task begins with `[[tasks]]`."""

import re
import tomllib
from collections.abc import Container
from typing import NamedTuple

from planner.rules.syntax.slip import Slip
from planner.rules.syntax.statements import KEY, PAIR, Kind, Statement

_HEADER = re.compile(r"[ \t]*(?P<left>\[\[?)[ \t]*(?P<key>[^\]\n]*?)[ \t]*\]")
_PART = re.compile(KEY)


class Double(NamedTuple):
    """Something that is written again: its statement, the words for it, and where the first one is."""

    statement: Statement
    slip: Slip
    first: tuple[int, str] | None
    """A place in the text and what is there."""


def single_tasks(text: str, statements: list[Statement], mended: Container[int]) -> list[Double]:
    """Each `[tasks]` in a file in which it cannot be meant as one table: there are several, or `[[tasks]]` too.

    Args:
        text: The text.
        statements: Its good statements, and those that were mended.
        mended: Where the latter begin: they are told already.
    """
    headers = [one for one in statements if one.kind is Kind.HEADER and _keys(text, one) == ["tasks"]]
    if len(headers) < 2:  # noqa: PLR2004  a single one is good TOML
        return []
    found = []
    for one in headers:
        if _brackets(text, one) == "[" and one.start not in mended:
            message = "[tasks] is one table, but the tasks are a list"
            start, end = _place(text, one)
            found.append(
                Double(one, Slip(start, end, message, "write [[tasks]]", "two brackets on each side"), None)
            )
    return found


def double(text: str, statements: list[Statement], at: int, words: str) -> Double | None:
    """The statement that tomllib refuses because of an earlier one.

    Args:
        text: The text; what is not in a statement was taken out.
        statements: The statements that are left.
        at: Where tomllib gave up.
        words: What it said.
    """
    number = max((n for n, one in enumerate(statements) if one.start <= at), default=None)
    if number is None:
        return None
    one = statements[number]
    if at == one.start and number:  # a table is refused at its end, which is the next statement's start
        one = statements[number := number - 1]
    keys, (start, end) = _keys(text, one), _place(text, one)
    name = ".".join(keys)
    first = _first_header(text, statements[:number], keys) if one.kind is Kind.HEADER else None
    if one.kind is Kind.PAIR:
        first = _first_pair(text, statements[:number], keys)
    what = f"[{name}]" if one.kind is Kind.HEADER else f"the key {name}"
    related = (_place(text, first)[0], "it is here already") if first else None
    if first is None:
        plain = words[:1].lower() + words[1:]
        return Double(one, Slip(start, end, f"{what} does not go with what is written before: {plain}"), None)
    remedy = "take one out, or join the two"
    if one.kind is Kind.PAIR and _keys(text, first) != keys:
        return Double(one, Slip(start, end, f"{what} does not go with an earlier key", remedy), related)
    return Double(one, Slip(start, end, f"{what} is written twice", remedy, "again"), related)


def _first_header(text: str, before: list[Statement], keys: list[str]) -> Statement | None:
    """The header of the same table, or a key that is that table already."""
    section = False
    for one in before:
        section = section or one.kind is Kind.HEADER
        same = _keys(text, one)
        if one.kind is Kind.HEADER and same == keys:
            return one
        if one.kind is Kind.PAIR and not section and same[:1] == keys[:1]:
            return one
    return None


def _first_pair(text: str, before: list[Statement], keys: list[str]) -> Statement | None:
    """The pair of the same table with the same key, or with one that begins the same."""
    for one in reversed(before):
        if one.kind is Kind.HEADER:
            return None
        same = _keys(text, one)
        least = min(len(same), len(keys))
        if same[:least] == keys[:least]:
            return one
    return None


def _brackets(text: str, one: Statement) -> str:
    found = _HEADER.match(text, one.start)
    return found["left"] if found else ""


def _place(text: str, one: Statement) -> tuple[int, int]:
    """The header, or the key."""
    if one.kind is Kind.HEADER:
        line = text[one.start : one.end].partition("#")[0]
        return one.start + len(line) - len(line.lstrip()), one.start + len(line.rstrip())
    found = PAIR.match(text, one.start)
    return found.span("key") if found else (one.start, one.end)


def _keys(text: str, one: Statement) -> list[str]:
    pattern = _HEADER if one.kind is Kind.HEADER else PAIR
    found = pattern.match(text, one.start)
    return [_spelled(part) for part in _PART.findall(found["key"])] if found else []


def _spelled(part: str) -> str:
    return next(iter(tomllib.loads(f"{part} = 0"))) if part[:1] in "\"'" else part
