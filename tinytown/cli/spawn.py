"""`tt spawn`: starts an agent."""

from uuid import UUID

import click

from conductor.team import planned
from tinytown.agents import Agent, Wish
from tinytown.cli.opening import open_town
from tinytown.cli.options import DURATION, examples, json_option, town_option
from tinytown.cli.output import icon, note, say, say_json
from tinytown.cli.team import team
from tinytown.clis import check_installed, resolve
from tinytown.errors import UsageError
from tinytown.escape import shown
from tinytown.spawn import await_ready, life_lock, register, spawn, worker_arguments
from tinytown.town import Town


@click.command(
    "spawn",
    epilog=examples(
        "tt spawn coder --cli claude",
        "tt spawn reviewer-1 --role reviewer --nickname Dorothy --parent coder",
        "tt spawn try --cli echo",
    ),
)
@town_option
@click.argument("name")
@click.option(
    "--cli", help="A preset, one of [agent_clis], or a command line. [default: what the plan says, or the town]"
)
@click.option("--role", help="Answers to tasks with `role = …` too. [default: what the plan says]")
@click.option("--nickname", metavar="TEXT", help="A second name, for people. [default: the one that it had]")
@click.option("--parent", metavar="AGENT", help="Who it works for. [default: as it was]")
@click.option("--max-rounds", type=click.IntRange(min=0), default=0, help="Stop after so many tasks.")
@click.option(
    "--idle-timeout",
    type=DURATION,
    default=0.0,
    help="Stop after so long without work: 90, 5m. [default: what the plan says, or the town]",
)
@click.option("--foreground", is_flag=True, help="Run in this terminal, until Ctrl-C.")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    name: str,
    cli: str | None,
    role: str | None,
    nickname: str | None,
    parent: str | None,
    max_rounds: int,
    idle_timeout: float,
    foreground: bool,
    as_json: bool,
) -> None:
    """Start the agent NAME and wait until it is ready.

    Its process goes on in the background; `tt kill NAME` stops it. A name that was used before gets its old
    agent back, with what lies in its inbox.
    """
    with open_town(ctx) as town:
        member = planned(name, team(town))
        wish = Wish(
            name=name,
            cli=cli or (member and member.cli) or town.config.default_cli,
            role=role or (member and member.role) or None,
            team=member.name if member else None,
            max_rounds=max_rounds,
            idle_timeout=idle_timeout or (member and member.idle_timeout) or 0.0,
            nickname=nickname,
            parent=_parent(town, name, parent),
        )
        if foreground:
            ctx.exit(_live_here(town, wish))
        since = town.journal.last_id()
        agent = await_ready(town.site, spawn(town.site, wish), town.journal, since)
        if as_json:
            say_json(agent.model_dump(mode="json"))
        else:
            say_started(town, agent)


def say_started(town: Town, agent: Agent) -> None:
    """Tells of an agent that is ready."""
    say(f'{icon("🤖")}Agent "{shown(agent.label)}" is {agent.state}, with {shown(agent.cli)}')
    say(f"  id   {agent.id}")
    say(f"  log  {shown(str(town.site.log(agent.name)))}")


def _parent(town: Town, name: str, reference: str | None) -> UUID | None:
    if reference is None:
        return None
    parent = town.roster.mailbox(reference)
    own = town.roster.named(name)
    if own is not None and own.value.id == parent:
        raise UsageError(f'agent "{name}" cannot work for itself', "Name another agent as --parent, or none.")
    return parent


def _live_here(town: Town, wish: Wish) -> int:
    """Lives the agent's life in this process. Returns the exit status."""
    from tinytown.worker.__main__ import main

    check_installed(resolve(wish.cli, town.config))
    Agent.new(wish.name, wish.cli, nickname=wish.nickname)  # refuses a bad name before a folder is made of it
    with life_lock(town.site, wish.name) as lock:
        agent = register(town.site, wish, lock).value
        note(f'Agent "{shown(wish.name)}" ({agent.id}) works here; Ctrl-C stops it.')
        held = () if lock is None else ("--lock", str(lock))
        return main([*worker_arguments(town.site, agent.id, wish), *held])
