"""Every finding as people see it: each file of tests/findings, and the text that its reading gives."""

from pathlib import Path

import pytest

from planner.diagnostics.codes import CODES
from planner.read import read_plan

FOLDER = Path(__file__).resolve().parents[1] / "findings"
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_answered_with_exactly_this_text(name: str) -> None:
    text = read_plan((FOLDER / f"{name}.toml").read_bytes()).text
    expected = (FOLDER / f"{name}.txt").read_bytes().decode()
    assert text == expected.removesuffix("\n")


def test_each_file_has_its_text() -> None:
    assert len(NAMES) > 100
    assert sorted(path.stem for path in FOLDER.glob("*.txt")) == NAMES


def test_every_code_is_shown() -> None:
    texts = [(FOLDER / f"{name}.txt").read_text() for name in NAMES]
    assert {code for code in CODES for text in texts if f"[{code}]" in text} == set(CODES)


def test_the_bytes_were_kept() -> None:
    """Git or an editor that changes line ends would make tests of line ends test nothing."""
    assert b"\r\n" in (FOLDER / "unknown-parent-crlf.toml").read_bytes()
    assert (FOLDER / "syntax-bom-and-crlf.toml").read_bytes().startswith(b"\xef\xbb\xbf[[tasks]]\r\n")
    assert b"\n" not in (FOLDER / "syntax-old-mac-line-ends.toml").read_bytes()
