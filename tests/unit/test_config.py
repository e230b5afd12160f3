"""The configuration: found, read layer over layer, and refused with its place."""

import pwd
from pathlib import Path
from typing import NoReturn

import pytest

from tinytown.config import FILE, find, load, settings, starter, user_file
from tinytown.errors import ConfigError, NoTownError
from tinytown.options import Config


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A user without defaults."""
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.delenv("TT_REDIS_SERVER", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "user"))


def written(folder: Path, text: str | bytes) -> Path:
    (folder / FILE).write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def defaults(text: str) -> Path:
    path = user_file()
    assert path is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def refused(folder: Path, text: str | bytes) -> str:
    with pytest.raises(ConfigError) as error:
        load(written(folder, text))
    return f"{error.value.message}. {error.value.remedy}"


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


@pytest.mark.parametrize("name", ["town", 'my "quoted" town', "größe", "back'slash"])
@pytest.mark.parametrize("cli", [None, "codex", 'mine "x"'])
def test_the_starter_is_read_back(tmp_path: Path, name: str, cli: str | None) -> None:
    config = load(written(tmp_path, starter(name, cli)))
    assert (config.name, config.default_cli, config.elsewhere) == (name, cli or "claude", None)


@pytest.mark.parametrize("text", [b"\xef\xbb\xbfname = 'x'\r\n", b'name = "x"'])
def test_a_byte_order_mark_and_crlf_do_no_harm(tmp_path: Path, text: bytes) -> None:
    assert load(written(tmp_path, text)).name == "x"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("name = \n", "Invalid value (at line 1, column 8)"),
        ("name = 3", ":1: name must be a text, not 3"),
        ("max_agents = 0", ":1: max_agents must be a whole number of at least 1, not 0"),
        ("#\nmax_agents = 'x'", ":2: max_agents must be a whole number of at least 1, not 'x'"),
        ("[redis]\nport = 70000", ":2: redis.port must be a whole number from 1 to 65535, not 70000"),
        ("redis = 1", ":1: redis must be a table. Write it as [redis]."),
        ("[agent]\nheartbeat_secs = 0", ":2: agent.heartbeat_secs must be a number above 0, not 0"),
        ("[agent]\nheartbeat_secs = 6", ":2: agent.dead_after_secs must be at least twice heartbeat_secs"),
        ("[agent]\nstalled_after_secs = -1", ":2: agent.stalled_after_secs must be a number of at least 0, not -1"),
        ('[agent]\non_stall = "kill"', ":2: agent.on_stall must be warn or fail, not 'kill'"),
        ("agent.idle_timeout_secs = nan", ":1: agent.idle_timeout_secs must be a number of at least 0, not nan"),
        ("[agent_clis.x]\n", ":1: agent_clis.x.command is missing"),
        ("agent_clis.x = 'claude'", ":1: agent_clis.x must be a table"),
        (
            "[agent_clis.x]\ncommand = 'x'\nprompt = 'telepathy'",
            ":3: agent_clis.x.prompt must be stdin, argument or file, not 'telepathy'",
        ),
        ("[agent_clis.x]\ncommand = 'x'\nenv = { A = 1 }", ":3: agent_clis.x.env.A must be a text, not 1"),
        ("name = 'a:b'", ":1: name: 'a:b' cannot be the name of a town"),
        (b"name = '\xff'", "invalid start byte"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str | bytes, wanted: str) -> None:
    said = refused(tmp_path, text)
    assert said.startswith(str(tmp_path / FILE))
    assert wanted in said


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("max_agent = 3", '1: nobody knows "max_agent". Did you mean max_agents? '),
        ("name = 'x'\n\n[redis]\nprot = 1", '4: nobody knows "redis.prot". Did you mean redis.port? '),
        ("[agent]\nzzz = 1", '2: nobody knows "agent.zzz". `tt config` lists '),
        ("[agents]\n", '1: nobody knows "agents". Did you mean agent? '),
        ("bind = 'x'", '1: nobody knows "bind". '),
        (
            "[agent_clis.my]\ncommand = 'x'\npromt = 'stdin'",
            '3: nobody knows "agent_clis.my.promt". Did you mean agent_clis.my.prompt? ',
        ),
        ('text = """\n\n"""\n', '1: nobody knows "text". '),
        ('name = """\\\nx"""\nlist = [\n1,\n]', '3: nobody knows "list". '),
    ],
)
def test_a_key_that_nobody_knows_is_refused_with_its_line_and_the_nearest(
    tmp_path: Path, text: str, wanted: str
) -> None:
    assert refused(tmp_path, text).startswith(f"{tmp_path / FILE}:{wanted}")


ORIGINAL = """name = "repo-main"
default_cli = "claude"
max_agents = 10
use_central_redis = true
use_streams = false
conductor_cli = "claude"
[redis]
use_socket = false
socket_path = ".tt/redis.sock"
host = "127.0.0.1"
port = 16379
persist = false
aof_path = ".tt/redis.aof"
tls_enabled = false
tls_cert = "a"
tls_key = "b"
tls_ca_cert = "c"
bind = "127.0.0.1"
[townhall]
bind = "127.0.0.1"
rest_port = 8080
request_timeout_ms = 30000
[townhall.auth]
mode = "none"
api_key_scopes = []
[townhall.tls]
enabled = false
[agent]
idle_timeout_secs = 300
[agent_clis.claude]
name = "claude"
command = "claude --print --dangerously-skip-permissions"
workdir = "."
[agent_clis.claude.env]
"""


def test_a_file_of_the_rust_program_is_read(tmp_path: Path) -> None:
    config = load(written(tmp_path, ORIGINAL))
    assert (config.name, config.elsewhere) == ("repo-main", "redis://127.0.0.1:16379")
    assert config.agent.idle_timeout_secs == 300


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            '[redis]\npassword = "geheim"',
            "2: a password must not be here. Take it out. Set TINYTOWN_REDIS_PASSWORD ",
        ),
        (
            'redis.url = "redis://:geheim@db"',
            "1: redis.url holds a password, which must not be here. Take it out. ",
        ),
        ('redis.url = "redis://me:geheim@[db"', "1: redis.url holds a password, which must not be here. "),
    ],
)
def test_a_password_in_the_file_is_refused_and_not_repeated(tmp_path: Path, text: str, wanted: str) -> None:
    said = refused(tmp_path, text)
    assert said.startswith(f"{tmp_path / FILE}:{wanted}")
    assert "redis.password_file" in said
    assert "geheim" not in said


@pytest.mark.parametrize("text", ['redis = "redis://:geheim@db"', "redis.url = ['redis://:geheim@db']"])
def test_a_password_in_a_wrong_place_is_not_repeated_either(tmp_path: Path, text: str) -> None:
    assert "geheim" not in refused(tmp_path, text)


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


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    written(tmp_path, "max_agents = 2\n[redis]\nurl = 'redis://file'")
    monkeypatch.setenv("TINYTOWN_REDIS_URL", "redis://ours")
    assert load(tmp_path).elsewhere == "redis://ours"
    monkeypatch.setenv("REDIS_URL", " redis://everybodys ")
    assert load(tmp_path).elsewhere == "redis://everybodys"
    monkeypatch.setenv("REDIS_URL", " ")
    monkeypatch.setenv("TINYTOWN_REDIS_URL", "")
    assert load(tmp_path).elsewhere == "redis://file"
    for name, value in {"MAX_AGENTS": "7", "REDIS_USE_SOCKET": "false", "AGENT_HEARTBEAT_SECS": "0.5"}.items():
        monkeypatch.setenv(f"TINYTOWN_{name}", value)
    config = load(tmp_path)
    assert (config.max_agents, config.redis.use_socket, config.agent.heartbeat_secs) == (7, False, 0.5)
    monkeypatch.setenv("TINYTOWN_MAX_AGENTS", "many")
    with pytest.raises(
        ConfigError, match=r"^TINYTOWN_MAX_AGENTS: max_agents must be a whole number of .*, not 'many'"
    ):
        load(tmp_path)


def test_the_file_goes_before_the_users_defaults_and_those_before_what_is_built_in(tmp_path: Path) -> None:
    path = defaults("max_agents = 3\ndefault_cli = 'codex'\n[agent_clis.a]\ncommand = 'u'\nprompt = 'file'\n")
    with path.open("a") as file:
        file.write("[agent_clis.b]\ncommand = 'v'\n")
    written(tmp_path, "max_agents = 2\n[agent_clis.a]\ncommand = 'w'\n")
    found = settings(tmp_path)
    config = found.config
    assert (config.max_agents, config.default_cli) == (2, "codex")
    assert config.agent_clis["a"].command == "w"
    assert config.agent_clis["a"].prompt is None, "a CLI is taken from one place as a whole"
    assert config.agent_clis["b"].command == "v"
    assert found.origin(("max_agents",)).place == f"{tmp_path / FILE}:1"
    assert found.origin(("default_cli",)).place == f"{path}:2"
    assert found.origin(("redis", "port")).kind == "built in"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("name = 'x'", ":1: name is a town's own"),
        ("\nredis.socket_path = 'x'", ":2: redis.socket_path is a town's own"),
        ("max_agents = 0", ":1: max_agents must be "),
        ("max_agent = 0", ':1: nobody knows "max_agent"'),
        ("redis.password = 'geheim'", ":1: a password must not be here"),
        ("x", ": Expected '=' after a key"),
    ],
)
def test_what_is_wrong_in_the_users_defaults_is_told_with_its_place(tmp_path: Path, text: str, wanted: str) -> None:
    path = defaults(text)
    said = refused(tmp_path, "")
    assert said.startswith(f"{path}{wanted}")


def test_a_user_without_a_home_has_no_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.delenv("HOME", raising=False)

    def nobody(_user: int) -> NoReturn:
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    assert user_file() is None
    assert load(written(tmp_path, "")).max_agents == 10
