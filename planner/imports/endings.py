"""What the end of a task's line says about it: `@agent`, `#tag`, `(id: name)`, `(needs: a, b)`."""

import re
from dataclasses import dataclass

_WORD = re.compile(r"[\w][\w.-]*")
_TAG = re.compile(r"[^\W\d][\w/.-]*")
_NEEDS = frozenset({"needs", "after"})


@dataclass(frozen=True, slots=True)
class Ending:
    """A task's words, and what stood behind them; the last agent that was named comes first."""

    words: str
    agents: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    id: str = ""
    needs: tuple[str, ...] = ()


def ending(text: str) -> Ending:
    """Takes a line apart."""
    words = text.strip()
    agents: list[str] = []
    tags: list[str] = []
    needs: list[str] = []
    name = ""
    while words:
        *_, last = words.rsplit(None, 1)
        cut = len(words) - len(last)
        if last[0] == "@" and _WORD.fullmatch(last[1:]):
            agents.append(last[1:])
        elif last[0] == "#" and _TAG.fullmatch(last[1:]):
            tags.insert(0, last[1:])
        elif note := _note(words):
            what, parts, cut = note
            if what in _NEEDS:
                needs = [*parts, *needs]
            else:
                name = parts[0] if parts else name
        else:
            break
        words = words[:cut].rstrip()
    return Ending(words, tuple(agents), tuple(tags), name, tuple(needs))


def _note(words: str) -> tuple[str, list[str], int] | None:
    """The note in parentheses that the words end with: its name, its parts, and where it begins."""
    start = words.rfind("(")
    if start < 0 or not words.endswith(")"):
        return None
    what, colon, rest = words[start + 1 : -1].partition(":")
    what = what.strip().lower()
    if not colon or (what not in _NEEDS and what != "id"):
        return None
    return what, [part for word in rest.split(",") if (part := word.strip())], start
