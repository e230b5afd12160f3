"""Foreign text made harmless to show: what would steer a terminal or mislead the eye becomes visible."""

import re

# C0 and C1 controls, DEL, soft line ends, bidirectional overrides and isolates, lone surrogates, BOM.
_UNSAFE = "\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff"
_ANY = re.compile(f"[{_UNSAFE}]")
_IN_LINES = re.compile(f"(?![\n\t])[{_UNSAFE}]")


def shown(text: str, *, lines: bool = False) -> str:
    r"""The text with control characters and bidirectional overrides as visible escapes such as `\x1b`.

    Args:
        text: Any text: a description, a result, a line of somebody's file.
        lines: Whether line feeds and tabs stay as they are.
    """
    return (_IN_LINES if lines else _ANY).sub(_escape, text)


def clipped(text: str, longest: int = 100) -> str:
    """The text on one line, harmless to show, and cut to so many characters."""
    line = shown(" ".join(text.split()))
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    simple = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}.get(char)
    if simple:
        return simple
    return f"\\x{ord(char):02x}" if ord(char) <= 0xFF else f"\\u{ord(char):04x}"  # noqa: PLR2004  two digits
