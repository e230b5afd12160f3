"""Foreign text must not steer the terminal that shows it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytown.escape import shown


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("plain ü 代 🚀", "plain ü 代 🚀"),
        ("\x1b[2J", r"\x1b[2J"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\x9b31m", r"\x9b31m"),
        ("evil\u202egnp.exe", r"evil\u202egnp.exe"),
        ("\u2066\u2069\ufeff\u2028", r"\u2066\u2069\ufeff\u2028"),
        ("\udcff", r"\udcff"),
        ("\0\x7f", r"\x00\x7f"),
    ],
)
def test_what_is_unsafe_becomes_visible(text: str, wanted: str) -> None:
    assert shown(text) == wanted


def test_lines_may_stay_lines() -> None:
    assert shown("a\n\tb\r\x1b", lines=True) == "a\n\tb\\r\\x1b"


@given(st.text(), st.booleans())
def test_what_is_shown_can_be_written_anywhere_and_is_harmless(text: str, lines: bool) -> None:  # noqa: FBT001
    out = shown(text, lines=lines)
    out.encode()
    assert shown(out, lines=lines) == out
    assert not [char for char in out if ord(char) < 32 and not (lines and char in "\n\t")]
