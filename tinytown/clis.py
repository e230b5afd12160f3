"""The coding CLIs that an agent can run: their non-interactive flags, and how each takes its prompt."""

import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tinytown.config import CliSection, Config
from tinytown.errors import UnknownCliError
from tinytown.ids import nearest

SHELL = "shell"
"""The task's description is a shell script."""

ECHO = "echo"
"""Answers with the task's description, inside the agent, without a process: for trying things out."""

Channel = Literal["stdin", "argument", "file"]


@dataclass(frozen=True, slots=True)
class Cli:
    """How to run one CLI.

    `command` is an argument list. `channel` says how the prompt gets in: by standard input, as the last
    argument, or as the path of a file that is the last argument; `flag` stands before it.
    """

    name: str
    command: tuple[str, ...]
    channel: Channel = "stdin"
    flag: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)

    def arguments(self, prompt: str, prompt_file: str) -> list[str]:
        """The argument list for a prompt that also stands in `prompt_file`."""
        if self.channel == "file":
            return [*self.command, *self.flag, prompt_file]
        if self.channel == "argument":
            return [*self.command, *self.flag, prompt]
        return [*self.command, *self.flag]


_CODEX = ("codex", "exec", "--dangerously-bypass-approvals-and-sandbox")

PRESETS: Mapping[str, Cli] = {
    cli.name: cli
    for cli in (
        Cli("claude", ("claude", "--print", "--dangerously-skip-permissions")),
        Cli("auggie", ("auggie", "--print"), "file", ("--instruction-file",)),
        Cli("codex", _CODEX, "stdin", ("-",)),
        Cli(
            "codex-mini",
            (*_CODEX, "-m", "gpt-5.4-mini", "-c", 'model_reasoning_effort="medium"'),
            "stdin",
            ("-",),
        ),
        Cli("gemini", ("gemini", "--approval-mode=yolo", "--skip-trust")),
        Cli("copilot", ("copilot", "--allow-all", "--no-ask-user", "-s"), "argument", ("-p",)),
        Cli("aider", ("aider", "--yes-always", "--no-auto-commits"), "file", ("--message-file",)),
        Cli("cursor", ("cursor-agent", "--print", "--force", "--trust"), "argument"),
        Cli(SHELL, ("/bin/sh",)),
        Cli(ECHO, ()),
    )
}
"""The built-in CLIs, by name."""


def resolve(name: str, config: Config) -> Cli:
    """The CLI of this name: from `[agent_clis]`, a preset, or, with a space or slash in it, a command line.

    A configured command that bears a preset's name keeps that preset's way of taking the prompt.

    Raises:
        UnknownCliError: Nothing of this name.
    """
    if (section := config.agent_clis.get(name)) is not None:
        return _configured(name, section)
    if name in PRESETS:
        return PRESETS[name]
    if " " in name or "/" in name:
        return Cli(name, _split(name, "--cli"))
    known = sorted({*PRESETS, *config.agent_clis})
    guess = nearest(name, known)
    hint = f'Did you mean "{guess}"? ' if guess else ""
    raise UnknownCliError(
        f'no CLI is called "{name}"',
        f"{hint}Known: {', '.join(known)}; others go into [agent_clis.{name}] of tinytown.toml.",
    )


def check_installed(cli: Cli) -> None:
    """Raises UnknownCliError unless the CLI's program can be run here."""
    if cli.command and shutil.which(cli.command[0]) is None:
        raise UnknownCliError(
            f'the CLI "{cli.name}" is not installed: no program "{cli.command[0]}" on the PATH',
            "Install it, or try things out with --cli echo.",
        )


def _configured(name: str, section: CliSection) -> Cli:
    preset = PRESETS.get(name)
    command = _split(section.command, f"agent_clis.{name}.command")
    channel: Channel = section.prompt or (preset.channel if preset else "stdin")
    flag = preset.flag if preset and channel == preset.channel else ()
    if flag and command[-1] == flag[-1]:  # the command line ends with the prompt's flag already
        command = command[: -len(flag)]
    return Cli(name, command, channel, flag, section.env)


def _split(line: str, said_by: str) -> tuple[str, ...]:
    try:
        words = tuple(shlex.split(line))
    except ValueError as error:
        raise UnknownCliError(f"{said_by}: {line!r}: {error}", "Close the quotes.") from None
    if not words:
        raise UnknownCliError(f"{said_by} is empty", "Write the command line of the CLI.")
    return words
