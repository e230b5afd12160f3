"""The towns that a user has worked with are remembered, and where they cannot be, nobody is disturbed."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tinytown.errors import TinytownError
from tinytown.towns import forget, known, remember


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "tinytown"


def test_a_town_is_remembered_once_by_its_folder(tmp_path: Path, state: Path) -> None:
    assert known() == []
    remember(tmp_path / "b", "one")
    remember(tmp_path / "x" / ".." / "a", "two")
    before = (state / "towns.json").stat().st_ino
    remember(tmp_path / "b", "one")
    assert (state / "towns.json").stat().st_ino == before, "what is known is not written again"
    remember(tmp_path / "b", "renamed")
    assert [(town.path, town.name) for town in known()] == [(tmp_path / "a", "two"), (tmp_path / "b", "renamed")]
    assert [town.gone for town in known()] == [True, True]


def test_of_many_at_the_same_time_none_is_lost(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: remember(tmp_path / f"{number:02}", "t"), range(40)))
    assert len(known()) == 40


def test_towns_are_forgotten(tmp_path: Path) -> None:
    remember(tmp_path / "a", "a")
    remember(tmp_path / "b", "b")
    assert [town.name for town in forget([tmp_path / "a", tmp_path / "c"])] == ["a"]
    assert [town.name for town in known()] == ["b"]
    assert forget([tmp_path / "c"]) == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"towns": [{"path": 3}]}', '{"towns": [{"path": "/x"}]}'])
def test_a_damaged_file_is_told_of_and_not_overwritten(tmp_path: Path, state: Path, text: str) -> None:
    state.mkdir(parents=True)
    (state / "towns.json").write_text(text)
    remember(tmp_path, "x")
    assert (state / "towns.json").read_text() == text
    with pytest.raises(TinytownError, match="cannot be read"):
        known()


def test_where_nothing_can_be_kept_nothing_is(tmp_path: Path, state: Path) -> None:
    state.parent.mkdir()
    state.write_text("a file in the folder's place")
    remember(tmp_path, "x")
    assert known() == []
