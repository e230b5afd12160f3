"""Makes an id from what a person wrote."""

import re
from collections.abc import Collection
from itertools import count
from unicodedata import normalize

_LONGEST = 40
_WORD = re.compile(r"[a-z0-9]+")


def free_id(text: str, taken: Collection[str]) -> str:
    """An id that says what a task is about, and that no other task has.

    Args:
        text: Its description or command.
        taken: The ids that are in use.
    """
    name = slug(text)
    if name not in taken:
        return name
    for number in count(2):
        ending = f"-{number}"
        candidate = name[: _LONGEST - len(ending)].rstrip("-") + ending
        if candidate not in taken:
            return candidate
    raise AssertionError  # the numbers do not end


def slug(text: str) -> str:
    """The first words of a text in lower case, without accents, joined by dashes; `task` if it has none."""
    words = _WORD.findall(normalize("NFKD", text).encode("ascii", "ignore").decode().lower())
    name = ""
    for word in words:
        longer = f"{name}-{word}" if name else word
        if len(longer) > _LONGEST:
            break
        name = longer
    return name or "".join(words[:1])[:_LONGEST] or "task"
