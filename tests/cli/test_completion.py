"""`tt completion`: the scripts, what they ask for, and what a real shell makes of it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.forked import TT
from tests.towns import settle

SHELLS = ("bash", "zsh", "fish")

PLAN = """
[[tasks]]
id = "design"
description = "Draw it: all of it,\\n now"
agent = "architect"
tags = ["auth"]

[[tasks]]
id = "deploy now"
run = "true"
"""


@pytest.fixture
def tt(bare: Shell) -> Shell:
    """A folder with a town and a plan; nothing runs."""
    (bare.folder / "tinytown.toml").write_text('name = "demo"\ndefault_cli = "echo"\n')
    (bare.folder / "tasks.toml").write_text(PLAN)
    return bare


def offered(tt: Shell, *words: str, shell: str = "bash") -> list[str]:
    """What is offered for the last word, by the protocol of a shell's script."""
    incomplete = words[-1] if shell == "fish" else str(len(words))
    asking = tt.within(_TT_COMPLETE=f"{shell}_complete", COMP_WORDS=" ".join(("tt", *words)), COMP_CWORD=incomplete)
    lines = asking.told().splitlines()
    if shell == "zsh":
        return lines[1::3]
    return [line.partition(",")[2].partition("\t")[0] for line in lines if line.startswith("plain,")]


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_is_told_the_same(tt: Shell, shell: str) -> None:
    assert offered(tt, "co", shell=shell) == ["conductor", "config", "completion"]
    assert offered(tt, "plan", "ren", shell=shell) == ["rename"]
    assert offered(tt, "spawn", "--idle", shell=shell) == ["--idle-timeout"]
    assert offered(tt, "task", "show", "d", shell=shell) == ["design"]


def test_what_the_plan_and_the_configuration_say_is_offered_without_redis(tt: Shell) -> None:
    assert offered(tt, "task", "complete", "") == ["design"], "a word with a space would be torn apart"
    assert offered(tt, "retry", "design", "d") == ["design"]
    assert offered(tt, "spawn", "") == ["architect"]
    assert offered(tt, "tasks", "--tag", "") == ["auth"]
    assert offered(tt, "spawn", "x", "--cli", "co") == ["codex", "codex-mini", "copilot"]
    assert offered(tt, "plan", "check", "") == ["tasks.toml"]
    assert offered(tt, "config", "redis.p") == ["redis.port", "redis.password_file"]
    assert offered(tt, "config", "redis.use_socket", "") == ["true", "false"]
    assert offered(tt, "explain", "TT00")[:2] == ["TT001", "TT002"]
    assert offered(tt, "plan", "--status", "r") == ["running"]
    assert offered(tt, "events", "--type", "message.") == [
        *("message.sent", "message.read", "message.moved", "message.dropped"),
    ]
    assert settle(tt.folder) == {}
    assert not (tt.folder / ".tt").exists()


def test_what_redis_knows_is_offered_while_it_runs(tt: Shell) -> None:
    tt.told("spawn", "worker-1")
    tt.assigned("worker-1", "x")
    assert offered(tt, "kill", "w") == ["worker-1"]
    assert offered(tt, "send", "") == ["conductor", "worker-1"]
    assert offered(tt, "assign", "w") == ["worker-1"]
    assert offered(tt, "reclaim", "--to", "w") == offered(tt, "reclaim", "--from", "w") == ["worker-1"]
    assert offered(tt, "spawn", "x", "--parent", "") == ["worker-1"]
    assert offered(tt, "inbox", "c") == offered(tt, "history", "c") == ["conductor"]
    assert len(offered(tt, "task", "show", "")) == 2
    assert offered(tt.within(".."), "--town", str(tt.folder), "kill", "w") == ["worker-1"]


@pytest.mark.parametrize("toml", ["max_agent = 3", "x", "[redis]\nuse_socket = false\nhost = '192.0.2.1'\n"])
def test_whatever_is_wrong_it_is_silent(tt: Shell, toml: str) -> None:
    (tt.folder / "tinytown.toml").write_text(toml)
    (tt.folder / "tasks.toml").write_text("[[tasks]\n")
    for words in (
        ["task", "show", ""],
        ["kill", ""],
        ["spawn", "x", "--cli", "ech"],
        ["nonsense", ""],
        ["config", "x", ""],
    ):
        offered(tt, *words)  # told: exit status 0 and nothing on standard error
    (tt.folder / "tinytown.toml").unlink()
    assert offered(tt, "kill", "") == []


_LOADED = """
import os, sys
os.environ |= {"_TT_COMPLETE": "bash_complete", "COMP_WORDS": "tt s", "COMP_CWORD": "1"}
from tinytown.cli import main
try:
    main()
finally:
    print("loaded:", sorted(name for name in sys.modules if name in ("pydantic", "redis", "tinytown.cli.status")))
"""


def test_the_names_of_commands_are_offered_without_loading_them(tt: Shell) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED], cwd=tt.folder, env=tt.env, capture_output=True, text=True, check=False
    )
    assert "plain,status\n" in done.stdout
    assert done.stdout.endswith("loaded: []\n")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_one(tt: Shell, shell: str) -> None:
    script = tt.told("completion", shell)
    assert f"_TT_COMPLETE={shell}_complete" in script
    if program := shutil.which(shell):
        checked = subprocess.run([program, "-n"], input=script, capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, "")


def test_an_unknown_shell_is_refused(tt: Shell) -> None:
    assert tt.refused("completion", "csh", status=2).startswith(
        "invalid value for 'SHELL': 'csh' is not one of 'bash'"
    )


_BASH = """
PATH={bin}:$PATH
eval "$(tt completion bash)"
COMP_WORDS=({words}) COMP_CWORD={at}
$(complete -p tt | sed 's/.*-F \\([^ ]*\\) .*/\\1/') tt
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
@pytest.mark.parametrize(
    ("words", "at", "wanted"),
    [
        ("tt spa", 1, ["spawn"]),
        ("tt task show d", 3, ["design"]),
        ("tt tasks --state comp", 3, ["completed"]),
        ("tt config redis.use_socket t", 3, ["true"]),
    ],
)
def test_bash_itself_completes(tt: Shell, words: str, at: int, wanted: list[str]) -> None:
    script = _BASH.format(bin=Path(TT).parent, words=words, at=at)
    done = subprocess.run(
        ["bash", "--norc", "-c", script], cwd=tt.folder, env=tt.env, capture_output=True, text=True, check=False
    )
    assert (done.stdout.split(), done.stderr) == (wanted, "")


@pytest.mark.skipif(shutil.which("fish") is None, reason="no fish here")
def test_fish_itself_completes(tt: Shell) -> None:
    script = f"set PATH {Path(TT).parent} $PATH; tt completion fish | source; complete -C 'tt task show d'"
    done = subprocess.run(
        ["fish", "--no-config", "-c", script],
        cwd=tt.folder,
        env=tt.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split()[:1] == ["design"], done
