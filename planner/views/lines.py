"""Lines of text in pieces, each with the tone it is said in, and columns of them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tinytown.columns import clip, width

STRONG = "strong"
FAINT = "faint"
MARKED = "marked"

_GAP = 2
_MOST = 40
"""A pipe has no edge: there, columns are as wide as their texts, but only up to this."""
_MIDDLING = 10
_LEAST = 6
"""The least that columns are cut to, at first and in the end."""


class Piece(NamedTuple):
    """A text, harmless to show, and its tone: one of the above, or the name of a state."""

    text: str
    tone: str = ""


Line = tuple[Piece, ...]


def line(text: str, tone: str = "") -> Line:
    """A line, or cell, of one piece."""
    return (Piece(text, tone),) if text else ()


def plain(lines: Iterable[Line]) -> str:
    """The lines without their tones."""
    return "\n".join("".join(piece.text for piece in one) for one in lines)


def fitted(one: Line, room: int | None) -> Line:
    """A line, cut to so many columns.

    Args:
        one: The line.
        room: The columns there are; None for no edge.
    """
    if room is None or _wide(one) <= room:
        return one
    kept: list[Piece] = []
    for piece in one:
        wide = width(piece.text)
        if wide >= room:  # equal too: more follows, so the sign that it does needs a column
            return (*kept, piece._replace(text=clip(piece.text + "…", room)))
        kept.append(piece)
        room -= wide
    return tuple(kept)


def aligned(rows: Sequence[Sequence[Line]], room: int | None = None) -> list[Line]:
    """Rows of cells as lines: each column begins at one place, and columns without any text are left out.

    Args:
        rows: The cells of each row, the same number in each.
        room: The columns that the terminal has: the widest cells are cut until all fit. None cuts nothing, and
            a cell that is very wide pushes the rest of its row to the right.
    """
    if not rows:
        return []
    natural = [max(map(_wide, cells)) for cells in zip(*rows, strict=True)]
    used = [at for at, wide in enumerate(natural) if wide]
    widths = [natural[at] for at in used]
    if room is None:
        widths = [min(wide, _MOST) for wide in widths]
    else:
        _squeeze(widths, room - _GAP * (len(widths) - 1))
    return [_joined([row[at] for at in used], widths, cut=room is not None) for row in rows]


def _squeeze(widths: list[int], room: int) -> None:
    """Takes from the widest columns until all fit; from the first, which names the row, only in the end."""
    for first, least in ((1, _MIDDLING), (0, _LEAST)):
        while sum(widths) > room and max(widths[first:], default=0) > least:
            widths[widths.index(max(widths[first:]), first)] -= 1


def _joined(cells: Sequence[Line], widths: Sequence[int], *, cut: bool) -> Line:
    pieces: list[Piece] = []
    gap = 0
    for cell, wide in zip(cells, widths, strict=True):
        kept = fitted(cell, wide) if cut else cell
        if kept:
            if gap:
                pieces.append(Piece(" " * gap))
            pieces += kept
            gap = 0
        taken = _wide(kept)
        gap += max(wide - taken, 0) + _GAP
    return tuple(pieces)


def _wide(one: Line) -> int:
    return sum(width(piece.text) for piece in one)
