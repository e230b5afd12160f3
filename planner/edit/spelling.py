"""How values and keys are spelt in TOML so that people like to read them."""

import re
from typing import Any

from planner.edit.splice import rendered
from tinytown.columns import width
from tinytown.escape import shown

WIDTH = 100
"""An array that fits into so many columns, its key included, stands on one line."""

INDENT = "    "

_PART = re.compile(r""""(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+""")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_OTHER_ESCAPE = re.compile(r'\\[^"\\]')


def spelled(value: Any) -> str:
    """A string, number, boolean or list in TOML; a string of several lines as one."""
    if isinstance(value, str):
        return _paragraph(value) if "\n" in value else quoted(value)
    return rendered(value)


def pair(key: str, value: Any, newline: str = "\n") -> str:
    """`key = value`; a list that is too wide gets a line for each element.

    Args:
        key: A bare key.
        value: What `spelled` takes, or a list of strings without line ends.
        newline: The file's line end.
    """
    if isinstance(value, list):
        return f"{key} = {array([spelled(element) for element in value], len(key) + 3, newline)}"
    return f"{key} = {spelled(value)}".replace("\n", newline)


def quoted(text: str) -> str:
    """A string on one line: in basic quotes, or in literal ones if that saves escapes."""
    if ('"' in text or "\\" in text) and "'" not in text and not _hidden(text):
        return f"'{text}'"
    return _escaped(rendered(text))


def respelled(text: str, value: str) -> str:
    """A string as it is best quoted.

    One of several lines stays as it is, and so does one in which somebody wrote a character as an escape.

    Args:
        text: How it is written.
        value: What it says.
    """
    if text.startswith(('"""', "'''")):
        return text
    if text.startswith("'"):
        return text if '"' in value or "\\" in value or _hidden(value) else f'"{value}"'
    if _OTHER_ESCAPE.search(text.replace("\\\\", "")):
        return text
    return quoted(value) if "\\" in text else text


def array(elements: list[str], before: int, newline: str) -> str:
    """An array: on one line if it fits, else one element a line.

    Args:
        elements: The elements, in TOML, each on one line.
        before: How many columns the line has before the array.
        newline: The file's line end.
    """
    flat = f"[{', '.join(elements)}]"
    if before + width(flat) <= WIDTH:
        return flat
    return newline.join(["[", *(f"{INDENT}{element}," for element in elements), "]"])


def key(text: str) -> str:
    """A key, or the inside of a header: no spaces around its dots, no quotes where none are needed."""
    return ".".join(_part(part) for part in _PART.findall(text))


def _part(text: str) -> str:
    inner = text[1:-1] if text[0] in "\"'" else text
    return inner if _BARE.fullmatch(inner) else text


def _paragraph(text: str) -> str:
    simple = "\\" not in text and '"""' not in text and not text.endswith('"')
    if not _hidden(text, lines=True):
        if simple:
            return f'"""\n{text}"""'
        if "'''" not in text and not text.endswith("'"):
            return f"'''\n{text}'''"
    inner = text.replace("\\", "\\\\").replace('"""', '""\\"')
    if inner.endswith('"'):
        inner = f'{inner[:-1]}\\"'
    return f'"""\n{_escaped(inner)}"""'


def _hidden(text: str, *, lines: bool = False) -> bool:
    """Whether there is a character that is not seen, or that is not what it looks like."""
    return shown(text, lines=lines) != text


def _escaped(text: str) -> str:
    return "".join(char if shown(char, lines=True) == char else f"\\u{ord(char):04x}" for char in text)
