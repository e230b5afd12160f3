"""`tt --help` is quick and complete; colours and icons are for terminals only."""

import re
import subprocess
import sys

import click
import pytest

from tests.cli.shell import Shell
from tinytown.cli.commands import SECTIONS
from tinytown.cli.commands import tt as group

_NAMES = [name for section in SECTIONS.values() for name in section]

_LOADED = """
import sys
from tinytown.cli import main
main()
heavy = {"redis", "networkx", "pydantic", "rich", "tomlkit", "watchfiles", "tinytown.town"}
print("loaded:", sorted(heavy & set(sys.modules)))
"""


def _loaded_by(shell: Shell, *words: str) -> str:
    run = [sys.executable, "-c", _LOADED, *words]
    done = subprocess.run(run, cwd=shell.folder, env=shell.env, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


def test_help_loads_nothing_heavy(bare: Shell) -> None:
    assert _loaded_by(bare, "--help") == "loaded: []"


def test_a_plan_is_checked_without_redis_and_without_networkx_unless_there_is_a_circle(bare: Shell) -> None:
    (bare.folder / "tasks.toml").write_text('[[tasks]]\nid = "a"\nrun = "true"\n')
    assert _loaded_by(bare, "plan", "check") == "loaded: ['pydantic', 'tomlkit']"


def test_help_lists_every_command(bare: Shell) -> None:
    text = bare.told("--help")
    assert text == bare.told() == bare.told("-h")
    for name in _NAMES:
        assert re.search(rf"^  {name} +\S", text, re.MULTILINE), name


def _commands() -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    context = click.Context(group)
    for name in _NAMES:
        command = group.get_command(context, name)
        assert command is not None, name
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {inner}", child) for inner, child in command.commands.items()]
    return found


def test_every_command_has_help_with_an_example_and_takes_a_town() -> None:
    for name, command in _commands():
        assert command.help, name
        assert command.epilog, name
        assert "Example" in command.epilog, name
        options = {word for parameter in command.params for word in parameter.opts}
        assert "--town" in options, name


def test_the_version(bare: Shell) -> None:
    assert re.fullmatch(r"tt \d+\.\d+\.\d+\n", bare.told("--version"))


def test_a_terminal_gets_icons_and_colours(tt: Shell) -> None:
    tt.told("spawn", "coder", "--cli", "echo")
    tt.await_state(tt.assigned("coder", "wörk"), "completed")
    text = tt.on_terminal("tasks")
    assert "✅ \x1b[32mcompleted\x1b[0m" in text
    assert "✅" not in tt.told("tasks")
    assert "\x1b" not in tt.told("tasks")


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_who_wants_no_colours_gets_none(tt: Shell, name: str, value: str) -> None:
    text = tt.within(**{name: value}).on_terminal("status")
    assert "\x1b[" not in text
    assert ("🏡" in text) == (name == "NO_COLOR")


def test_long_descriptions_end_at_the_edge_of_the_terminal(tt: Shell) -> None:
    tt.told("spawn", "coder", "--cli", "echo")
    tt.assigned("coder", "日本語 " * 50)
    lines = tt.within(COLUMNS="60", NO_COLOR="1").on_terminal("tasks").splitlines()
    assert lines[1].endswith("…")
    assert len(lines[1]) < 60
    assert ("日本語 " * 49) in tt.told("tasks")


def test_letters_that_a_terminal_lacks_cost_no_run(tt: Shell) -> None:
    tt.told("spawn", "coder", "--cli", "echo")
    tt.assigned("coder", "done ✓")
    plain = tt.within(PYTHONIOENCODING="latin-1")
    assert "done \\u2713" in plain.told("tasks")


def test_output_that_was_closed_is_no_error(tt: Shell) -> None:
    done = subprocess.run(
        [
            "/bin/sh",
            "-c",
            'exec "$@" >&-',
            "sh",
            sys.executable,
            "-c",
            "from tinytown.cli import main; main()",
            "list",
        ],
        cwd=tt.folder,
        env=tt.env,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
