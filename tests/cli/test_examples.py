"""Every command line that a help text shows is one that `tt` takes."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tinytown.cli.commands import tt as root

_SEPARATORS = re.compile(r"\s(?:&&|\|\|?|>|2>|<)\s?")


def _commands(group: click.Group, names: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    yield names, group
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        if isinstance(command, click.Group):
            yield from _commands(command, (*names, name))
        else:
            yield (*names, name), command


def _examples() -> Iterator[str]:
    for names, command in _commands(root):
        lines = [line.strip() for line in (command.epilog or "").splitlines() if line.startswith("  ")]
        assert lines, names
        for line in lines:
            inner = re.findall(r"\$\((tt [^)]*)\)", line)
            yield from inner or [part for part in _SEPARATORS.split(line) if part.startswith("tt ")]


@pytest.mark.parametrize("line", sorted(set(_examples())))
def test_an_example_is_taken(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = shlex.split(line, comments=True)[1:]
    for word in words:
        if word.endswith(".toml"):  # some must be there
            Path(word).touch()
    command: click.Command = root
    context: click.Context | None = None
    try:
        while True:
            context = command.make_context(command.name or "tt", list(words), parent=context)
            words = [*context._protected_args, *context.args]  # noqa: SLF001  what is left for a command within
            if not words or not isinstance(command, click.Group):
                break
            _, inner, words = command.resolve_command(context, words)
            assert inner is not None, line
            command = inner
    except click.exceptions.Exit:
        pytest.fail(f"{line} shows help only")
    assert isinstance(command, click.Group) or not words, f"{line}: {words} is too much"
