"""`tt config`: every option with its origin; edits that are checked before they are written."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cli.shell import Shell


@pytest.fixture
def tt(bare: Shell, tmp_path: Path) -> Shell:
    """A folder with a tinytown.toml, of a user with a home of the test's own; nothing runs."""
    bare.env |= {"XDG_CONFIG_HOME": str(tmp_path / "config"), "XDG_STATE_HOME": str(tmp_path / "state")}
    (bare.folder / "tinytown.toml").write_text('name = "demo"  # ours\n\n[redis]\n# port = 6379\nhost = "db"\n')
    return bare


def text_of(tt: Shell) -> str:
    return (tt.folder / "tinytown.toml").read_text()


def test_all_options_are_shown_with_their_origin(tt: Shell, tmp_path: Path) -> None:
    tt.told("config", "--user", "max_agents", "4")
    tt.told("config", "agent_clis.mine", "my-agent -b")
    guest = tt.within(TINYTOWN_DEFAULT_CLI="echo", REDIS_URL="redis://me:geheim@h")
    told = [re.split(r" {2,}", line) for line in guest.told("config").splitlines()]
    assert told == [
        ["OPTION", "FROM", "VALUE"],
        ["name", "tinytown.toml:1", "demo"],
        ["default_cli", "TINYTOWN_DEFAULT_CLI", "echo"],
        ["max_agents", f"{tmp_path}/config/tinytown/config.toml:1", "4"],
        ["redis.use_socket", "built in", "true"],
        ["redis.socket_path", "built in", ".tt/redis.sock"],
        ["redis.host", "tinytown.toml:5", "db"],
        ["redis.port", "built in", "6379"],
        ["redis.url", "REDIS_URL", "redis://***@h"],
        ["redis.server", "built in", "-"],
        ["redis.password_file", "built in", "-"],
        ["agent.idle_timeout_secs", "built in", "0"],
        ["agent.heartbeat_secs", "built in", "3"],
        ["agent.dead_after_secs", "built in", "10"],
        ["agent.stalled_after_secs", "built in", "600"],
        ["agent.on_stall", "built in", "warn"],
        ["agent_clis.mine.command", "tinytown.toml:8", "my-agent -b"],
    ]
    assert guest.document("config")[2] == {
        "key": "max_agents",
        "value": 4,
        "source": "user",
        "place": f"{tmp_path}/config/tinytown/config.toml:1",
    }


def test_a_key_alone_prints_its_value_alone(tt: Shell) -> None:
    assert tt.told("config", "redis.host") == "db\n"
    assert tt.told("config", "redis.use_socket") == "true\n"
    assert tt.told("config", "redis.url") == ""
    assert tt.document("config", "redis.port") == {
        "key": "redis.port",
        "value": 6379,
        "source": "built in",
        "place": None,
    }


def test_a_value_is_set_in_its_place(tt: Shell) -> None:
    before = text_of(tt)
    assert tt.told("config", "max_agents", "5") == f"max_agents is 5: {tt.folder}/tinytown.toml\n"
    answer = tt("config", "redis.port", "7000")
    assert (answer.status, answer.out) == (0, f"redis.port is 7000: {tt.folder}/tinytown.toml\n")
    assert answer.err == "tt: redis.port does not count now: it counts once redis.use_socket is false.\n"
    assert text_of(tt) == (
        'name = "demo"  # ours\nmax_agents = 5\n\n[redis]\n# port = 6379\nport = 7000\nhost = "db"\n'
    )
    assert tt.told("config", "max_agents", "6") == f"max_agents is 6, not 5 any more: {tt.folder}/tinytown.toml\n"
    assert tt.document("config", "redis.port", "--unset") == {
        "key": "redis.port",
        "before": 7000,
        "after": None,
        "file": f"{tt.folder}/tinytown.toml",
    }
    assert tt.told("config", "max_agents", "--unset").startswith("max_agents is taken out of ")
    assert tt.told("config", "max_agents", "--unset").startswith("max_agents is not set in ")
    assert text_of(tt) == before


def test_a_cli_is_made_and_taken_out_as_a_whole(tt: Shell) -> None:
    before = text_of(tt)
    tt.told("config", "agent_clis.mine.command", "my-agent --batch")
    tt.told("config", "agent_clis.mine.prompt", "file")
    tt.told("config", "agent_clis.mine.env.MODEL", "large")
    assert tt.told("config", "agent_clis.mine.env.MODEL") == "large\n"
    tt.told("config", "agent_clis.mine", "--unset")
    assert text_of(tt) == before


def test_what_goes_before_is_told(tt: Shell) -> None:
    guest = tt.within(TINYTOWN_MAX_AGENTS="9")
    assert guest("config", "max_agents", "5").err == (
        "tt: TINYTOWN_MAX_AGENTS in the environment says otherwise, and goes before max_agents.\n"
    )
    assert guest.told("config", "max_agents") == "9\n"
    assert tt("config", "name", "other").err == "tt: what Redis holds stays under the old name, demo.\n"


_HIDING_PLACES = (
    "Set TINYTOWN_REDIS_PASSWORD in the environment, or write it into a file of mode 0600 and name that as "
    "redis.password_file."
)


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["max_agnts", "3"], 2, "there is no option 'max_agnts'. Did you mean max_agents? `tt config` lists them."),
        (["port"], 2, "there is no option 'port'. Did you mean redis.port? `tt config` lists them."),
        (["redis", "x"], 2, "redis is a section. Its options: redis.use_socket, redis.socket_path, redis.host, "),
        (["max_agents", "0"], 2, "max_agents must be a whole number of at least 1, not '0'."),
        (["redis.port", "70000"], 2, "redis.port must be a whole number from 1 to 65535, not '70000'."),
        (["redis.use_socket", "perhaps"], 2, "redis.use_socket must be true or false, not 'perhaps'."),
        (["agent.heartbeat_secs", "0"], 2, "agent.heartbeat_secs must be a number above 0, not '0'."),
        (["redis.url", "geheim@h"], 2, "redis.url must be an address such as redis://host:6379/0."),
        (["redis.url", "redis://:geheim@h"], 1, "{file}:6: redis.url holds a password, which must not be here. "),
        (["redis.password", "geheim"], 2, f"a password does not belong in a file that git keeps. {_HIDING_PLACES}"),
        (
            ["agent.heartbeat_secs", "6"],
            1,
            "{file}:8: agent.dead_after_secs must be at least twice heartbeat_secs.",
        ),
        (["name", "a:b"], 1, "{file}:1: name: 'a:b' cannot be the name of a town. "),
        (["default_cli", "clade"], 1, 'no CLI is called "clade". Did you mean "claude"? '),
        (["agent_clis.x", "a 'b"], 1, 'agent_clis.x.command: "a \'b": No closing quotation. Close the quotes.'),
        (["agent_clis.x.prompt", "file"], 1, "{file}:7: agent_clis.x.command is missing. Write the CLI's command "),
        (
            ["agent_clis.x.promt", "file"],
            2,
            "there is no option 'agent_clis.x.promt'. Did you mean agent_clis.x.prom",
        ),
        (["--unset"], 2, "--unset takes a KEY and no VALUE. Say: tt config KEY --unset"),
        (["name", "x", "--unset"], 2, "--unset takes a KEY and no VALUE. Say: tt config KEY --unset"),
        (["--user", "name", "x"], 2, "name is a town's own and has no default for all towns. Leave out --user."),
    ],
)
def test_what_will_not_do_is_refused_and_nothing_is_written(
    tt: Shell, words: list[str], status: int, said: str
) -> None:
    before = text_of(tt)
    told = tt.refused("config", *words, status=status)
    assert told.startswith(said.format(file=tt.folder / "tinytown.toml"))
    assert "geheim" not in told
    assert text_of(tt) == before


def test_a_file_that_is_wrong_can_be_put_right(tt: Shell) -> None:
    file = tt.folder / "tinytown.toml"
    before = text_of(tt)
    file.write_text(f'{before}password = "geheim"\n')
    said = tt.refused("status")
    assert said == f"{file}:6: a password must not be here. Take it out. {_HIDING_PLACES}"
    assert "geheim" not in tt("config", "max_agents", "3").err
    answer = tt("config", "redis.password", "--unset")
    assert (answer.status, answer.err) == (0, "")
    assert "geheim" not in answer.out
    assert text_of(tt) == before


def test_the_users_defaults(tt: Shell, tmp_path: Path) -> None:
    file = tmp_path / "config" / "tinytown" / "config.toml"
    outside = tt.within(tmp_path)
    assert outside.told("config", "--user", "default_cli", "codex") == f"default_cli is codex: {file}\n"
    outside.told("config", "--user", "agent.idle_timeout_secs", "90")
    assert file.read_text() == 'default_cli = "codex"\n\n[agent]\nidle_timeout_secs = 90\n'
    assert outside.told("config", "--user", "default_cli") == "codex\n"
    assert "name" not in outside.told("config", "--user").split()
    assert tt.told("config", "default_cli") == "codex\n"
    outside.told("config", "--user", "agent.idle_timeout_secs", "--unset")
    assert file.read_text() == 'default_cli = "codex"\n\n[agent]\n'
    (tmp_path / "apart").mkdir()
    assert tt.within(tmp_path / "apart").refused("config").startswith(f"{tmp_path}/apart is not in a town")


def test_a_mark_crlf_and_links_are_kept(tt: Shell) -> None:
    real = tt.folder / "real.toml"
    real.write_bytes(b"\xef\xbb\xbfname = 'x'\r\n[redis]\r\n")
    real.chmod(0o640)
    (tt.folder / "tinytown.toml").unlink()
    (tt.folder / "tinytown.toml").symlink_to("real.toml")
    tt("config", "redis.port", "1")
    assert real.read_bytes() == b"\xef\xbb\xbfname = 'x'\r\n[redis]\r\nport = 1\r\n"
    assert real.stat().st_mode & 0o777 == 0o640
    assert (tt.folder / "tinytown.toml").is_symlink()


def test_of_edits_at_the_same_time_none_is_lost(tt: Shell) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: tt.told("config", f"agent_clis.a{number}", "x"), range(8)))
    assert text_of(tt).count("command = ") == 8


_TRACEBACK = "Traceback (most recent call last)"


def test_a_password_is_printed_nowhere(tt: Shell, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("geheim")
    secret.chmod(0o600)
    tt.told("config", "redis.password_file", str(secret))
    tt.told("config", "redis.use_socket", "false")
    tt.told("config", "redis.host", "127.0.0.1")
    assert tt("config", "redis.port", "1").status == 0
    url = {"REDIS_URL": "redis://me:geheim@127.0.0.1:1/0"}
    odd = {"REDIS_URL": "redis://:ge/geheim@host"}
    word = {"TINYTOWN_REDIS_PASSWORD": "geheim"}
    for extra in ({}, word, url, odd, {**url, **word}):
        for debug in ({}, {"TINYTOWN_DEBUG": "1"}):
            shell = tt.within(**extra, **debug)
            for words in (
                ["status"],
                ["status", "--json"],
                ["config"],
                ["config", "--json"],
                ["config", "redis.url"],
                ["spawn", "x", "--cli", "echo"],
            ):
                answer = shell(*words)
                assert "geheim" not in answer.out + answer.err, (extra, words)
                assert (answer.status == 0) == (words[0] == "config")
                assert (_TRACEBACK in answer.err) == (bool(debug) and answer.status != 0)
    (tt.folder / "tinytown.toml").unlink()  # nothing is left that could be stopped


def test_the_module_is_the_command(tt: Shell) -> None:
    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "tinytown", *words],
            cwd=tt.folder,
            env=tt.env,
            capture_output=True,
            text=True,
            check=False,
        )

    assert run("--version").stdout == tt.told("--version")
    assert run("config", "redis.host").stdout == "db\n"
    refused = run("config", "nope")
    assert (refused.returncode, refused.stderr) == (2, f"tt: {tt.refused('config', 'nope', status=2)}\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_written(tt: Shell) -> None:
    tt.folder.chmod(0o500)
    try:
        assert "cannot write" in tt.refused("config", "max_agents", "3")
    finally:
        tt.folder.chmod(0o700)
