"""How many columns of a terminal a text takes, and texts cut to so many."""

import re
import unicodedata

_STYLE = re.compile("\x1b\\[[0-9;]*m")


def width(text: str) -> int:
    """How many columns of a terminal the text takes; colours take none."""
    plain = _STYLE.sub("", text) if "\x1b" in text else text
    return len(plain) if plain.isascii() else sum(map(columns, plain))


def clip(text: str, room: int) -> str:
    """The text, cut to so many columns; `…` shows that there is more."""
    if width(text) <= room:
        return text
    taken, kept = 1, []
    for char in text:
        taken += columns(char)
        if taken > room:
            break
        kept.append(char)
    return "".join(kept) + "…"


def columns(char: str) -> int:
    """How many columns one character takes: none, one or two."""
    if unicodedata.combining(char) or char in "\u200d\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
