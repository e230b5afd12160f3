"""One slip in a good plan is one finding, beside the slip; the rest of the plan is not blamed for it."""

from pathlib import Path

import pytest

from planner.read import read_plan

ROOT = Path(__file__).resolve().parents[2]
PLANS = sorted(ROOT.glob("pipelines/*/tasks.toml"))
SIGNS = b"\"'=[]{},#\n"


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.parent.name)
def test_a_sign_left_out_is_one_finding(path: Path) -> None:
    data = path.read_bytes()
    broken = 0
    for at, sign in enumerate(data):
        reading = read_plan(data[:at] + data[at + 1 :]) if sign in SIGNS else None
        if reading is None or reading.document is not None:
            continue  # it is good TOML without this sign too
        broken += 1
        (found,) = reading.findings
        assert found.code == "TT001"
        line = data.count(b"\n", 0, at) + 1
        value = data.rfind(b'"""', 0, at)  # a long text is told where it begins
        first = min(line, data.count(b"\n", 0, max(value, 0)) + 1) if value > 0 else line
        assert first <= found.line <= line + 1
    assert broken > 20


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.parent.name)
def test_every_line_without_its_quotes_is_told_at_once(path: Path) -> None:
    lines = path.read_text().split("\n")
    wrong = [n for n, line in enumerate(lines) if line.startswith(("id = ", "agent = ", "status = "))][:20]
    for number in wrong:
        lines[number] = lines[number].replace('"', "")
    found = read_plan("\n".join(lines).encode()).findings
    assert [(one.code, one.line) for one in found] == [("TT001", number + 1) for number in wrong]
    assert all(one.help.startswith("write ") for one in found)
