"""`tt towns`: what this user has worked with, and how it stands; nothing is started for it."""

import shutil
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.towns import settle


@pytest.fixture
def tt(bare: Shell, tmp_path: Path) -> Shell:
    """A town of a user who has no other."""
    bare.env["XDG_STATE_HOME"] = str(tmp_path / "state")
    bare.told("init", "--name", "demo", "--cli", "echo")
    return bare


def test_towns_are_shown_with_their_agents_and_tasks(tt: Shell) -> None:
    tt.told("spawn", "one")
    tt.await_state(tt.assigned("one", "x"), "completed")
    assert tt.told("towns") == (
        f"TOWN  REDIS    AGENTS  TASKS        PATH\ndemo  running  1       completed 1  {tt.folder}\n"
    )
    assert tt.document("towns")[0]["tasks"]["completed"] == 1
    tt.told("stop")
    assert tt.told("towns") == f"TOWN  REDIS    AGENTS  TASKS  PATH\ndemo  stopped  -       -      {tt.folder}\n"
    assert settle(tt.folder) == {}
    file = tt.folder / "tinytown.toml"
    before = file.read_text()
    file.write_text("max_agent = 1")
    assert tt.document("towns") == [
        {
            "name": "demo",
            "path": str(tt.folder),
            "redis": "broken",
            "agents": None,
            "tasks": None,
            "trouble": f'{file}:1: nobody knows "max_agent"',
        }
    ]
    file.write_text(f"{before}use_socket = false\nport = 1\n")
    unreachable = tt.document("towns")[0]
    assert unreachable["redis"] == "unreachable"
    assert unreachable["trouble"].startswith("Redis at redis://127.0.0.1:1 does not answer: ")
    file.write_text(before)


def test_towns_are_forgotten(tt: Shell) -> None:
    tt.within().told("init", "--town", "../second")
    second = tt.within("../second")
    second.told("stop")
    shutil.rmtree(second.folder)
    assert [town["redis"] for town in tt.document("towns")] == ["running", "gone"]
    assert tt.told("towns", "--prune") == f"Forgot second, {tt.folder.parent}/second\n"
    assert tt.told("towns", "--prune") == "Nothing to forget: 1 town, none of them gone.\n"
    assert tt.refused("towns", "--forget", "nowhere", status=2) == (
        f"no town is known in {tt.folder}/nowhere. `tt towns` lists them."
    )
    assert tt.told("towns", "--forget", ".") == f"Forgot demo, {tt.folder}\n"
    assert tt.told("towns") == "No towns. tt init makes one.\n"
    assert tt.document("towns") == []
    tt.told("status")
    assert [town["name"] for town in tt.document("towns")] == ["demo"], "whoever works with it knows it again"


def test_where_nothing_can_be_remembered_everything_else_works(tt: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for home in ("/proc/none", str(tmp_path / "file")):
        homeless = tt.within(XDG_STATE_HOME=home, XDG_CONFIG_HOME=home, HOME=home)
        assert homeless.document("status")["town"] == "demo"
        assert homeless.document("towns") == []
