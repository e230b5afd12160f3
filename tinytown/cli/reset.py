"""`tt reset`: empties the town."""

from dataclasses import asdict

import click

from tinytown.cli.asking import agree
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, say, say_json
from tinytown.cli.words import count
from tinytown.escape import shown
from tinytown.presence import check_nobody
from tinytown.reset import belongings, dismiss, wipe
from tinytown.vacate import vacate


@click.command("reset", epilog=examples("tt reset", "tt reset --agents-only", "tt reset --force"))
@click.option("--agents-only", is_flag=True, help="Only the agents and their mail; tasks and the plan stay.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--force", is_flag=True, help="Do not ask; stop the conductor and the agents first.")
@json_option
@town_option
@click.pass_context
def command(ctx: click.Context, *, agents_only: bool, yes: bool, force: bool, as_json: bool) -> None:
    """Delete all that Redis holds of this town: tasks, agents, messages, the plan's state and the journal.

    tasks.toml, logs, other files and other towns on the same Redis stay as they are. `tt save` keeps a copy.
    """
    with open_town(ctx) as town:
        if not force:
            check_nobody(town.site, "be reset")
        there = belongings(town.site)
        nothing = not (there.agents if agents_only else there.keys)
        if not nothing:
            what = f"{count(there.agents, 'agent')} with their mail" if agents_only else str(there)
            agree(f'this deletes {what} of town "{town.name}"', "Say that it is meant: --yes", said=yes or force)
        stopped = vacate(town.site, "be reset") if force else []
        wiped = {} if agents_only else {**asdict(there), "keys": wipe(town.site)}
        told = wiped or {"agents": len(dismiss(town.site))}
    if as_json:
        say_json({"town": town.name, "stopped": len(stopped), "deleted": told})
        return
    if stopped:
        say(f"Stopped {count(len(stopped), 'agent')}.")
    if nothing:
        say(f'{"No agents" if agents_only else "Nothing"} to delete in town "{shown(town.name)}".')
    elif agents_only:
        say(f"{icon('🧹')}Deleted {count(told['agents'], 'agent')}; tasks and the plan stay.")
    else:
        say(f'{icon("🧹")}Deleted {there}; town "{shown(town.name)}" is empty.')
