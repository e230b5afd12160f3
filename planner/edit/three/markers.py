"""Two texts as one, with git's markers around the lines in which they differ."""

from difflib import SequenceMatcher

_SIZE = 7
"""So long are git's markers, if nobody asks for others."""


def marked(ours: bytes, theirs: bytes, size: int = _SIZE) -> bytes:
    """Both texts.

    Args:
        ours: The one.
        theirs: The other.
        size: How long the markers are.
    """
    newline = b"\r\n" if ours[: ours.find(b"\n")].endswith(b"\r") else b"\n"
    here, there = ours.splitlines(keepends=True), theirs.splitlines(keepends=True)
    pieces: list[bytes] = []
    for kind, start, end, first, last in SequenceMatcher(None, here, there).get_opcodes():
        if kind == "equal":
            pieces += here[start:end]
            continue
        pieces += [b"<" * size + b" ours", newline, *_whole(here[start:end], newline)]
        pieces += [b"=" * size, newline, *_whole(there[first:last], newline)]
        pieces += [b">" * size + b" theirs", newline]
    return b"".join(pieces)


def _whole(lines: list[bytes], newline: bytes) -> list[bytes]:
    """The lines, the last one with a line end."""
    return [*lines, newline] if lines and not lines[-1].endswith(b"\n") else lines
