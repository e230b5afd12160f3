"""The section in AGENTS.md, and that every byte beside it stays."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tinytown.agents_md import BEGIN, END, with_section, write_section
from tinytown.errors import TinytownError

_OTHERS = st.binary(max_size=80).filter(lambda text: b"<!-- tinytown" not in text)


@given(_OTHERS, _OTHERS)
@example(b"\r", b"")
def test_other_bytes_stay_and_twice_is_once(before: bytes, after: bytes) -> None:
    added = with_section(before)
    assert added.startswith(before)
    assert with_section(added) == added
    old = before + BEGIN + b"\nold\n" + END + after
    fresh = with_section(old)
    assert fresh.startswith(before + BEGIN)
    assert fresh.endswith(END + after)
    assert b"\nold\n" not in fresh
    assert with_section(fresh) == fresh


def test_line_endings_are_the_files() -> None:
    assert b"\n" not in with_section(b"# Mine\r\n").replace(b"\r\n", b"")
    assert b"\r" not in with_section(b"# Mine\n")


@pytest.mark.parametrize("text", [BEGIN, END, END + BEGIN, BEGIN + END + BEGIN + END])
def test_broken_markers_are_refused(text: bytes) -> None:
    with pytest.raises(TinytownError, match="not one pair"):
        with_section(text)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "CLAUDE.md").write_text("# Mine\n")
    (tmp_path / "AGENTS.md").symlink_to("CLAUDE.md")
    assert write_section(tmp_path)
    assert not write_section(tmp_path)
    assert (tmp_path / "AGENTS.md").is_symlink()
    assert (tmp_path / "CLAUDE.md").read_text().startswith("# Mine\n\n<!-- tinytown: begin -->\n")
