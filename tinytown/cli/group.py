"""Groups of commands: `tt` itself, whose commands are loaded only when they run, and groups within it."""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from tinytown.errors import UsageError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Sections = Mapping[str, Mapping[str, tuple[str, str]]]
"""Headings, under each the names of commands, for each its module and its short help."""


class Group(click.Group):
    """A group that shows its help when it is called alone, and guesses at misspelt commands."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and not self.invoke_without_command and not ctx.resilient_parsing:
            click.echo(ctx.get_help())
            ctx.exit()
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name.startswith("-") or ctx.resilient_parsing or name in self.list_commands(ctx):
            return super().resolve_command(ctx, args)
        from tinytown.ids import nearest

        path = ctx.command_path
        guess = nearest(name, self.list_commands(ctx))
        hint = f'Did you mean "{path} {guess}"? ' if guess else ""
        raise UsageError(f'there is no command "{path} {name}"', f"{hint}`{path} --help` lists them.")


class LazyGroup(Group):
    """A group that knows the names and the short help of its commands, but not the commands themselves.

    The module of a command has it under the name `command`.
    """

    def __init__(self, *args: Any, sections: Sections, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self._sections = sections
        self._entries = {name: entry for section in sections.values() for name, entry in section.items()}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._entries:
            return None
        module, _ = self._entries[cmd_name]
        command = import_module(module).command
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}.command is no click command")
        if ctx.resilient_parsing:  # a shell completes
            from tinytown.cli.completing import teach

            return teach(command)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list["CompletionItem[str]"]:
        """Offers the commands by what is known of them here, without loading them."""
        from click.shell_completion import CompletionItem

        commands = [
            CompletionItem(name, help=text)
            for name, (_, text) in self._entries.items()
            if name.startswith(incomplete)
        ]
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        width = max(len(name) for name in self._entries)
        for heading, section in self._sections.items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(width), text) for name, (_, text) in section.items()])
