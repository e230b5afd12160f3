"""How wide letters are in a drawing, so that texts can be cut to fit: the viewer's fonts are not known here."""

from tinytown.columns import columns

_NARROW = frozenset("iljI.,:;'|!()[]{} `")
_SLIM = frozenset("tfr-")
_BROAD = frozenset("mwMW@%—…→")


def measure(text: str, size: float) -> float:
    """How wide a text is, rather too much than too little, in the usual sans-serif fonts.

    Args:
        text: The text.
        size: The height of the font.
    """
    return size * sum(map(_ems, text))


def cut(text: str, size: float, room: float) -> str:
    """A text, cut to so much room; `…` shows that there is more."""
    if measure(text, size) <= room:
        return text
    left = room - size * _ems("…")
    kept: list[str] = []
    for char in text:
        left -= size * _ems(char)
        if left < 0:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "…"


def _ems(char: str) -> float:
    if char in _NARROW:
        return 0.36
    if char in _SLIM:
        return 0.45
    if char in _BROAD:
        return 0.95
    if char.isupper():
        return 0.72
    return 0.58 if char.isascii() else 0.58 * columns(char) * 1.2
