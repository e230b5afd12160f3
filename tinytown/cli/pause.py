"""`tt pause`: lets an agent, or the whole town, rest."""

import click

from tinytown.cli.identity import who
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, say, say_json
from tinytown.escape import shown
from tinytown.pause import pause_agent, pause_town
from tinytown.states import TaskState
from tinytown.town import Town


@click.command(
    short_help="Begin nothing more.",
    epilog=examples("tt pause", "tt pause --note 'the API is down'", "tt pause coder"),
)
@click.argument("agent", required=False)
@click.option("--note", help="For the whole town: what those are told who wonder.")
@json_option
@town_option
@click.pass_context
def command(ctx: click.Context, agent: str | None, note: str | None, *, as_json: bool) -> None:
    """Let AGENT finish its task and take nothing more; without a name, let the whole town rest.

    In a town that rests no task is released and none is started; what runs is finished. It holds until
    `tt resume`, whatever is stopped and started in between.
    """
    with open_town(ctx) as town:
        if agent is not None:
            pause_one(town, agent, as_json=as_json)
            return
        fresh = pause_town(town.site, who(town), note)
        running = sum(h.value.state is TaskState.RUNNING and not h.value.group for h in town.ledger.all().values())
        if as_json:
            say_json({"paused": True, "before": not fresh, "running": running})
            return
        told = f"{running} running {'task is' if running == 1 else 'tasks are'} finished, " if running else ""
        already = "" if fresh else " already"
        say(f"{icon('⏸')}The town is paused{already}: {told}nothing more is begun. Go on: tt resume")


def pause_one(town: Town, agent: str, *, as_json: bool) -> None:
    """Pauses one agent, and tells.

    Args:
        town: Its town.
        agent: Who is meant.
        as_json: Whether to tell by its record.
    """
    paused = pause_agent(town.site, agent)
    if as_json:
        say_json(paused.model_dump(mode="json"))
        return
    name = shown(paused.name)
    after = " when it has finished its task" if paused.current_task else ""
    say(f'{icon("⏸")}Agent "{name}" is paused{after}; go on: tt resume {name}')
