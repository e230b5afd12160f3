"""`tt completion`: prints what makes a shell complete `tt`."""

import click
from click.shell_completion import ShellComplete, get_completion_class

from tinytown.cli.options import examples, town_option
from tinytown.cli.output import say
from tinytown.cli.run_command import COMPLETING


@click.command(
    "completion",
    epilog=examples(
        'eval "$(tt completion bash)"',
        'eval "$(tt completion zsh)"',
        "tt completion fish > ~/.config/fish/completions/tt.fish",
    ),
)
@town_option
@click.argument("shell", metavar="SHELL", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the completion script for SHELL (bash, zsh, fish): put the line of the example into its start-up file.

    Commands, options, tasks, agents, CLIs, plans and options of the configuration are completed. Nothing is
    started for it.
    """
    kind: type[ShellComplete] | None = get_completion_class(shell)
    if kind is None:
        raise LookupError(shell)
    script = kind(ctx.find_root().command, {}, "tt", COMPLETING)
    say(script.source_template % script.source_vars())
