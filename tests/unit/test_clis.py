"""Which program an agent runs, and how the prompt gets in."""

import sys

import pytest

from tinytown.clis import ECHO, PRESETS, SHELL, Cli, check_installed, resolve
from tinytown.config import Config
from tinytown.errors import UnknownCliError


def config(**clis: dict[str, object]) -> Config:
    return Config.model_validate({"name": "t", "agent_clis": clis})


def test_the_documented_presets_are_there() -> None:
    documented = {"claude", "auggie", "codex", "codex-mini", "gemini", "copilot", "aider", "cursor", SHELL, ECHO}
    assert set(PRESETS) == documented
    for name, cli in PRESETS.items():
        assert resolve(name, config()) is cli
        assert cli.name == name
        if cli.channel == "stdin":
            assert "PROMPT" not in cli.arguments("PROMPT", "FILE")
        else:
            assert cli.arguments("PROMPT", "FILE")[-1] == ("FILE" if cli.channel == "file" else "PROMPT")


def test_each_channel_has_its_arguments() -> None:
    assert Cli("x", ("x", "-a"), "stdin", ("-",)).arguments("P", "F") == ["x", "-a", "-"]
    assert Cli("x", ("x",), "argument", ("-p",)).arguments("P; rm -rf /", "F") == ["x", "-p", "P; rm -rf /"]
    assert Cli("x", ("x",), "file", ("--f",)).arguments("P", "F") == ["x", "--f", "F"]


def test_a_command_line_is_split_as_a_shell_would() -> None:
    cli = resolve("mycli --flag 'two words'", config())
    assert (cli.command, cli.channel) == (("mycli", "--flag", "two words"), "stdin")
    assert resolve("/usr/bin/thing", config()).command == ("/usr/bin/thing",)


def test_a_configured_cli_comes_before_a_preset_and_keeps_its_way() -> None:
    here = config(
        aider={"command": "aider --model x"},
        copilot={"command": "copilot --allow-all-tools -p", "env": {"A": "b"}},
        codex={"command": "codex exec", "prompt": "argument"},
        mine={"command": "mine 'a b'"},
    )
    assert resolve("aider", here).arguments("P", "F") == ["aider", "--model", "x", "--message-file", "F"]
    assert resolve("copilot", here).arguments("P", "F") == ["copilot", "--allow-all-tools", "-p", "P"]
    assert resolve("copilot", here).env == {"A": "b"}
    assert resolve("codex", here).arguments("P", "F") == ["codex", "exec", "P"]
    assert resolve("mine", here) == Cli("mine", ("mine", "a b"))


def test_an_unknown_cli_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownCliError, match='no CLI is called "cluade"') as error:
        resolve("cluade", config())
    assert error.value.remedy.startswith('Did you mean "claude"? Known: aider, auggie')
    with pytest.raises(UnknownCliError) as error:
        resolve("zzz", config(mine={"command": "x"}))
    assert error.value.remedy.startswith("Known: ")
    assert "mine" in error.value.remedy


@pytest.mark.parametrize(("name", "command"), [("x 'y", None), (" ", None), ("mine", ""), ("mine", "a 'b")])
def test_a_command_line_that_is_none_is_refused(name: str, command: str | None) -> None:
    here = config() if command is None else config(mine={"command": command})
    with pytest.raises(UnknownCliError):
        resolve(name, here)


def test_a_program_that_is_not_installed_is_named() -> None:
    with pytest.raises(UnknownCliError, match='"ghost" is not installed: no program "no-such-program-here"'):
        check_installed(Cli("ghost", ("no-such-program-here", "-x")))
    check_installed(Cli("python", (sys.executable,)))
    check_installed(PRESETS[ECHO])
    check_installed(PRESETS[SHELL])
