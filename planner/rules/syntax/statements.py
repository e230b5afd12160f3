"""A broken file cut into statements, as a person would cut it: at line ends, except inside of texts and brackets.

Where a text or a bracket is never closed, the statement ends where the next one obviously begins.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

_BARE = r"[A-Za-z0-9_-]+"
_PLAIN = r'(?:"[^"\\\x00-\x08\x0a-\x1f\x7f]*"|\'[^\'\x00-\x08\x0a-\x1f\x7f]*\')'
_REST = r"[ \t]*(?:#[^\x00-\x08\x0a-\x1f\x7f]*)?(?:\n|\Z)"
_EMPTY = re.compile(r"(?:[ \t]*(?:#[^\x00-\x08\x0a-\x1f\x7f]*)?\n)+|[ \t]*(?:#[^\x00-\x08\x0a-\x1f\x7f]*)?\Z")
_FINE_PAIR = re.compile(
    rf"[ \t]*(?P<key>{_BARE})[ \t]*=[ \t]*(?:{_PLAIN}|true|false|0|[1-9][0-9]{{0,15}}"
    rf"|\[[ \t]*(?:{_PLAIN}(?:[ \t]*,[ \t]*{_PLAIN})*[ \t]*,?[ \t]*)?\]){_REST}"
)
_FINE_HEADER = re.compile(
    rf"[ \t]*(?:\[\[[ \t]*{_BARE}(?:\.{_BARE})*[ \t]*\]\]|\[[ \t]*{_BARE}(?:\.{_BARE})*[ \t]*\]){_REST}"
)
KEY = rf"(?:{_BARE}|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')"
PAIR = re.compile(rf"[ \t]*(?P<key>{KEY}(?:[ \t]*\.[ \t]*{KEY}){{0,63}})[ \t]*=[ \t]*")
_HEADER = re.compile(
    rf"[ \t]*\[\[?[ \t]*(?!(?:true|false|inf|nan)\b)[A-Za-z_]{_BARE}(?:\.{_BARE})*[ \t]*\]\]?[ \t]*(?:#.*)?$"
)
_ANY_HEADER = re.compile(rf"^{_HEADER.pattern}", re.MULTILINE)
_BRACKET = re.compile(rf"[ \t]*(?:\[|{_BARE}(?:\.{_BARE})*[ \t]*\]\]?[ \t]*(?:#[^\n]*)?(?:\n|\Z))")
_OPENS_TEXT = re.compile(rf"[ \t]*{_BARE}[ \t]*=[ \t]*")
_TOKEN = re.compile(r'"""|\'\'\'|"|\'|#|[\[\]{}\n]|[^"\'#\[\]{}\n]+')
_ENDS = {
    '"""': re.compile(r'(?:[^"\\]|\\.|"(?!""))*+"{3,5}', re.DOTALL),
    "'''": re.compile(r"(?:[^']|'(?!''))*+'{3,5}"),
    '"': re.compile(r'(?:[^"\\\n]|\\.)*+"'),
    "'": re.compile(r"[^'\n]*+'"),
}


class Kind(StrEnum):
    """What a statement begins like."""

    HEADER = "header"
    PAIR = "pair"
    OTHER = "other"


class Unclosed(StrEnum):
    """What a statement opens and never closes."""

    TEXT = "text"
    LONG_TEXT = "long text"
    LIST = "list"
    TABLE = "table"


class Statement(NamedTuple):
    """A stretch of the text, with its line end; `fine` if it is certainly good TOML."""

    start: int
    end: int
    kind: Kind
    fine: bool = False
    unclosed: Unclosed | None = None
    opened: int = -1
    """Where the thing that is never closed opens."""


def statements(text: str) -> Iterator[Statement]:
    """The statements of a text with LF line ends; comments and empty lines are none."""
    at = 0
    while at < len(text):
        empty = _EMPTY.match(text, at)
        if empty and empty.end() > at:
            at = empty.end()
            continue
        fine = _FINE_PAIR.match(text, at) or _FINE_HEADER.match(text, at)
        if fine:
            kind = Kind.PAIR if fine.lastgroup == "key" else Kind.HEADER
            statement = Statement(at, fine.end(), kind, fine=True)
        else:
            statement = _measured(text, at)
        yield statement
        at = statement.end


def _measured(text: str, start: int) -> Statement:
    kind = _kind(text, start)
    if kind is Kind.HEADER:
        return Statement(start, _line_end(text, start), kind)
    opened: list[int] = []
    at = start
    while token := _TOKEN.match(text, at):
        word = token[0]
        if word in _ENDS:
            end = _text_end(text, at, word)
            if end is None:
                return _open_text(text, start, kind, at)
            at = end
        elif word == "\n" and (not opened or _begins(text, at + 1, text[opened[-1]])):
            break
        elif word == "#":
            at = _line_end(text, at, keep=True)
        else:
            _brackets(opened, word, at)
            at = token.end()
    behind = min(at + 1, len(text))
    if not opened:
        return Statement(start, behind, kind)
    unclosed = Unclosed.LIST if text[opened[-1]] == "[" else Unclosed.TABLE
    return Statement(start, behind, kind, unclosed=unclosed, opened=opened[-1])


def _brackets(opened: list[int], word: str, at: int) -> None:
    if word in "[{":
        opened.append(at)
    elif word in "]}" and opened:
        opened.pop()


def _text_end(text: str, at: int, quotes: str) -> int | None:
    """The place behind a text, if it is closed."""
    end = _ENDS[quotes].match(text, at + len(quotes))
    if end is None or (len(quotes) > 1 and _opens_another(text, at, end.end())):
        return None
    return end.end()


def _open_text(text: str, start: int, kind: Kind, at: int) -> Statement:
    """The statement in which a text is never closed."""
    quotes = text[at : at + 3]
    if quotes not in _ENDS:
        return Statement(start, _line_end(text, at), kind, unclosed=Unclosed.TEXT, opened=at)
    end = _ENDS[quotes].match(text, at + 3)
    behind = _next(text, at, end.end() if end else None)
    return Statement(start, behind, kind, unclosed=Unclosed.LONG_TEXT, opened=at)


def _kind(text: str, start: int) -> Kind:
    if PAIR.match(text, start):
        return Kind.PAIR
    return Kind.HEADER if _BRACKET.match(text, start) else Kind.OTHER


def _begins(text: str, at: int, inside: str) -> bool:
    """Whether a statement obviously begins at a line inside of an open bracket."""
    line = text[at : _line_end(text, at, keep=True)]
    return _HEADER.match(line) is not None or (inside == "[" and PAIR.match(line) is not None)


def _opens_another(text: str, opening: int, end: int) -> bool:
    """Whether what closes a long text rather opens the next one: `run = \"\"\"` on a line of its own."""
    line = text.rfind("\n", 0, end) + 1
    found = _OPENS_TEXT.match(text, line)
    return line > opening and found is not None and found.end() >= end - 3


def _next(text: str, opening: int, end: int | None) -> int:
    """Where a statement obviously begins behind a long text that is never closed."""
    header = _ANY_HEADER.search(text, opening)
    places = [header.start()] if header else []
    if end is not None:
        places.append(text.rfind("\n", 0, end) + 1)
    return min(places, default=len(text))


def _line_end(text: str, at: int, *, keep: bool = False) -> int:
    """The place behind the line's end, or with `keep` just before it."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found + (not keep)
