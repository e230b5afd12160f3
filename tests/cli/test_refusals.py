"""Whatever is wrong, `tt` says it in one sentence and a remedy, with the right exit status."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.towns import until
from tinytown.binary import find_server
from tinytown.connection import Address, Connection
from tinytown.errors import StoreError


def test_no_town(bare: Shell) -> None:
    assert bare.refused("status") == (
        f"{bare.folder} is not in a town (no tinytown.toml here or above). Make one: tt init"
    )
    assert bare.refused("status", "--town", "nowhere") == (
        "--town names nowhere, which is no folder. Correct --town."
    )
    assert bare.within(TINYTOWN_TOWN="/nowhere").refused("list") == (
        "TINYTOWN_TOWN names /nowhere, which is no folder. Correct TINYTOWN_TOWN."
    )


def test_the_town_is_said_before_or_after_or_in_the_environment(tt: Shell, tmp_path: Path) -> None:
    outside = tt.within(tmp_path)
    town = str(tt.folder)
    assert outside.document("--town", town, "status")["town"] == "demo"
    assert outside.document("status", "--town", town)["town"] == "demo"
    assert outside.document("--town", "/nowhere", "task", "--town", town, "list") == []
    named = outside.within(TINYTOWN_TOWN=town)
    assert named.document("status")["town"] == "demo"
    assert named.refused("status", "--town", str(tmp_path)).startswith(f"{tmp_path} is not in a town")
    (tt.folder / "deep/er").mkdir(parents=True)
    assert tt.within("deep/er").document("status")["root"] == town


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "{path}: Invalid value (at end of document). Correct the file."),
        ("name = 3", "{path}:1: name must be a text, not 3. Correct it there."),
        ('name = "a:b"', "{path}:1: name: 'a:b' cannot be the name of a town. Use letters, digits, "),
        ("max_agents = 0", "{path}:1: max_agents must be a whole number of at least 1, not 0. "),
        ("max_agent = 1", '{path}:1: nobody knows "max_agent". Did you mean max_agents? '),
    ],
)
def test_a_broken_configuration(bare: Shell, text: str, said: str) -> None:
    path = bare.folder / "tinytown.toml"
    path.write_text(text)
    assert bare.refused("status").startswith(said.format(path=path))
    assert bare.refused("stop").startswith(said.format(path=path))
    path.unlink()


def test_commands_and_options_that_do_not_exist(bare: Shell) -> None:
    assert bare.refused("staus", status=2) == (
        'there is no command "tt staus". Did you mean "tt status"? `tt --help` lists them.'
    )
    assert bare.refused("task", "shwo", status=2) == (
        'there is no command "tt task shwo". Did you mean "tt task show"? `tt task --help` lists them.'
    )
    assert bare.refused("x\x1b[31m", status=2) == ('there is no command "tt x\\x1b[31m". `tt --help` lists them.')
    assert bare.refused("spawn", "a", "--max-ronds", "3", status=2) == (
        "no such option '--max-ronds'. Did you mean --max-rounds? See: tt spawn --help"
    )
    assert bare.refused("spawn", status=2) == "missing argument 'NAME'. See: tt spawn --help"


@pytest.mark.parametrize("url", ["nonsense", "redis://host:port", "redis://:sec/ret@host"])
def test_a_redis_url_that_is_none(tt: Shell, url: str) -> None:
    assert tt.within(REDIS_URL=url).refused("status") == (
        "REDIS_URL, or redis.url in tinytown.toml, is no address of a Redis. "
        "Write it like redis://host:6379/0, special characters of a password as %40."
    )


def test_a_redis_that_is_not_there(tt: Shell) -> None:
    said = tt.within(REDIS_URL="redis://127.0.0.1:1").refused("status")
    assert said.startswith("Redis at redis://127.0.0.1:1 does not answer: ")
    assert said.endswith("Check that it runs and is reachable; `tt start` starts the town's own.")


def test_a_redis_server_that_is_missing_or_too_old(tt: Shell) -> None:
    tt.told("stop")
    assert tt.within(TT_REDIS_SERVER="/nowhere").refused("start") == (
        "TT_REDIS_SERVER says /nowhere, which is not there or not executable. Correct TT_REDIS_SERVER."
    )
    assert tt.within(TT_REDIS_SERVER="/bin/true").refused("start") == (
        "/bin/true is version 0.0. Tinytown needs Redis 6.2 or newer."
    )


@pytest.fixture
def locked_redis(tmp_path: Path) -> Iterator[str]:
    """The URL of a Redis that wants the password `geheim`."""
    path = tmp_path / "locked.sock"
    server = subprocess.Popen(
        [
            *(str(find_server(None)), "--port", "0", "--unixsocket", str(path)),
            *("--requirepass", "geheim", "--save", "", "--dir", str(tmp_path)),
        ],
        stdout=subprocess.DEVNULL,
    )

    def answers() -> bool:
        connection = Connection(Address(socket=path, password="geheim"))  # noqa: S106  it protects nothing
        try:
            return bool(connection.run("PING") == "PONG")
        except StoreError:
            return False
        finally:
            connection.close()

    until(answers, "Redis answers")
    yield f"unix://{path}"
    server.terminate()
    server.wait(20)


def _password(word: str) -> dict[str, str]:
    return {"TINYTOWN_REDIS_PASSWORD": word}


def test_a_redis_with_a_password(tt: Shell, locked_redis: str) -> None:
    said = tt.within(REDIS_URL=locked_redis).refused("status")
    assert said.startswith(f"Redis at {locked_redis.replace('///', '/')} refuses us: ")
    assert said.endswith("in the environment: TINYTOWN_REDIS_PASSWORD; or in a file: redis.password_file.")
    wrong = tt.within(REDIS_URL=locked_redis, **_password("falsch")).refused("status")
    assert "refuses us" in wrong
    assert "falsch" not in wrong
    right = tt.within(REDIS_URL=locked_redis, **_password("geheim"))
    assert right.document("status")["redis"]["managed"] is False
    assert "geheim" not in right.told("status")
    secret = tt.folder.parent / "secret"
    secret.write_text("geheim\n")
    filed = tt.within(REDIS_URL=locked_redis, TINYTOWN_REDIS_PASSWORD_FILE=str(secret))
    secret.chmod(0o640)
    said = filed.refused("status")
    assert said == f"{secret} holds a password and is open to others (mode 0640). chmod 600 {secret}"
    secret.chmod(0o600)
    assert filed.document("status")["redis"]["managed"] is False


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(bare: Shell) -> None:
    bare.folder.chmod(0o500)
    try:
        said = bare.refused("init")
    finally:
        bare.folder.chmod(0o700)
    assert said.startswith(f"{bare.folder}/.tt: Permission denied. Check that")


_BROKEN = """
import sys, tinytown.cli.opening
def broken(ctx): raise KeyError("surprise")
tinytown.cli.opening.open_town = broken
from tinytown.cli import main
sys.argv = ["tt", "list"]
sys.exit(main())
"""


def test_a_bug_is_one_sentence_too(bare: Shell) -> None:
    def run(**env: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", _BROKEN],
            cwd=bare.folder,
            env={**bare.env, **env},
            capture_output=True,
            text=True,
            check=False,
        )

    plain = run()
    assert (plain.returncode, plain.stdout, plain.stderr) == (
        1,
        "",
        "tt: unexpected KeyError: 'surprise'. This is a bug in tt; TINYTOWN_DEBUG=1 shows where it is.\n",
    )
    debugged = run(TINYTOWN_DEBUG="1")
    assert debugged.stderr.startswith("Traceback (most recent call last):\n")
    assert debugged.stderr.endswith(plain.stderr)


def test_a_full_disk_behind_standard_output(tt: Shell) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", "import sys; from tinytown.cli import main; sys.exit(main())", "status"],
            cwd=tt.folder,
            env=tt.env,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("tt: No space left on device. Check that ")
