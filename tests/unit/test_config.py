"""tinytown.toml: found, read, refused with its place, and warned about."""

from pathlib import Path

import pytest

from tinytown.config import FILE, Config, find, load, starter
from tinytown.errors import ConfigError, NoTownError


@pytest.fixture(autouse=True)
def no_redis_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)


def written(folder: Path, text: str | bytes) -> Path:
    (folder / FILE).write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def test_the_nearest_folder_upward_is_the_town(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    written(tmp_path, "")
    assert find(inner) == tmp_path
    written(tmp_path / "a", "")
    assert find(inner) == tmp_path / "a"
    (inner / FILE).mkdir()
    assert find(inner) == tmp_path / "a", "a folder of that name is none"


def test_outside_of_a_town_the_remedy_is_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NoTownError, match="is not in a town") as error:
        find(tmp_path)
    assert "tt init" in error.value.remedy
    with pytest.raises(NoTownError, match="is not a town"):
        load(tmp_path)


def test_an_empty_file_is_a_town_with_the_name_of_its_folder(tmp_path: Path) -> None:
    config = load(written(tmp_path, ""))
    assert (config.name, config.default_cli, config.max_agents) == (tmp_path.name, "claude", 10)
    assert (config.agent.heartbeat_secs, config.agent.dead_after_secs) == (3, 10)
    assert (config.agent.stalled_after_secs, config.agent.on_stall) == (600, "warn")
    assert config.elsewhere is None
    assert config.warnings() == []


@pytest.mark.parametrize("name", ["town", 'my "quoted" town', "größe", "back'slash"])
def test_the_starter_is_read_back(tmp_path: Path, name: str) -> None:
    config = load(written(tmp_path, starter(name, "codex")))
    assert (config.name, config.default_cli, config.elsewhere) == (name, "codex", None)
    assert config.warnings() == []


@pytest.mark.parametrize("text", [b"\xef\xbb\xbfname = 'x'\r\n", b'name = "x"'])
def test_a_byte_order_mark_and_crlf_do_no_harm(tmp_path: Path, text: bytes) -> None:
    assert load(written(tmp_path, text)).name == "x"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("name = \n", "line 1, column 8"),
        ("name = 3", "name: .*it is 3"),
        ("max_agents = 0", "max_agents: .*it is 0"),
        ("max_agents = 'x'", "max_agents: "),
        ("[redis]\nport = 70000", r"redis\.port: .*it is 70000"),
        ("redis = 1", "redis: "),
        ("[agent]\nheartbeat_secs = 0", r"agent\.heartbeat_secs"),
        ("[agent]\nstalled_after_secs = -1", r"agent\.stalled_after_secs"),
        ('[agent]\non_stall = "kill"', r"agent\.on_stall"),
        ("[agent]\nidle_timeout_secs = nan", r"agent\.idle_timeout_secs"),
        ("[agent_clis.x]\n", r"agent_clis\.x\.command"),
        ("[agent_clis.x]\ncommand = 'x'\nprompt = 'telepathy'", r"agent_clis\.x\.prompt"),
        ("name = 'a:b'", "name: 'a:b' cannot be the name of a town"),
        (b"name = '\xff'", "invalid start byte"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str | bytes, wanted: str) -> None:
    with pytest.raises(ConfigError, match=wanted) as error:
        load(written(tmp_path, text))
    assert str(tmp_path / FILE) in error.value.message
    assert error.value.remedy


def test_a_key_that_nobody_knows_is_warned_about_with_the_nearest(tmp_path: Path) -> None:
    text = """
max_agent = 3
use_streams = true
[redis]
prot = 1
aof_path = "x"
[agent]
zzz = 1
[agent_clis.mine]
command = "x"
promt = "stdin"
"""
    assert sorted(load(written(tmp_path, text)).warnings()) == [
        'tinytown.toml: nobody knows "agent.zzz"',
        'tinytown.toml: nobody knows "agent_clis.mine.promt"; did you mean "agent_clis.mine.prompt"?',
        'tinytown.toml: nobody knows "max_agent"; did you mean "max_agents"?',
        'tinytown.toml: nobody knows "redis.prot"; did you mean "redis.port"?',
    ]


@pytest.mark.parametrize(
    ("section", "wanted"),
    [
        ({}, None),
        ({"use_socket": False}, "redis://127.0.0.1:6379"),
        ({"use_socket": False, "host": "db", "port": 7000}, "redis://db:7000"),
        ({"use_socket": False, "host": "::1"}, "redis://%3A%3A1:6379"),
        ({"url": "rediss://x/2"}, "rediss://x/2"),
        ({"url": "redis://x", "use_socket": False}, "redis://x"),
    ],
)
def test_a_redis_elsewhere_has_a_url(section: dict[str, object], wanted: str | None) -> None:
    assert Config.model_validate({"name": "t", "redis": section}).elsewhere == wanted


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    config = Config.model_validate({"name": "t", "redis": {"url": "redis://file"}})
    monkeypatch.setenv("REDIS_URL", " redis://environment ")
    assert config.elsewhere == "redis://environment"
    monkeypatch.setenv("REDIS_URL", " ")
    assert config.elsewhere == "redis://file"
