"""`tt recover`: frees the work of agents that are dead or have left."""

from collections.abc import Sequence

import click

from conductor.recover import Freed, Recovery, recover
from tinytown.cli.conductor_lease import spelled
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, note, say, say_json
from tinytown.escape import clipped, shown
from tinytown.states import TaskState
from tinytown.tasks import Task

_WHY = {
    "died": "had died: its process is gone",
    "silent": "was not heard any more, and counts as dead",
    "left": "had left",
}


@click.command("recover", epilog=examples("tt recover", "tt recover --json"))
@town_option
@json_option
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """Free the tasks and messages of agents that are dead, and what is in the hands of those that have left.

    Their tasks return to pending, and run again as another attempt; a result that a dead agent could not report
    counts. A conductor does all this by itself: if one is in charge, nothing is done. An agent that is only silent
    is waited for, up to dead_after_secs; a living one loses nothing.
    """
    with open_town(ctx) as town:
        done = recover(town.site, town.another_connection(), _doubt)
    if as_json:
        say_json({"conductor": spelled(done.holder), "agents": [_document(one) for one in done.freed]})
    else:
        _say(done)


def _doubt(names: Sequence[str], seconds: float) -> None:
    who = ", ".join(shown(name) for name in names)
    note(f"tt: waiting up to {seconds:g} s to hear of {who}")


def _document(freed: Freed) -> dict[str, object]:
    return {
        "agent": freed.agent.name,
        "id": str(freed.agent.id),
        "state": freed.agent.state.value,
        "why": freed.why,
        "tasks": [
            {"id": str(task.id), "plan_id": task.plan_id, "state": task.state.value, "attempt": task.attempt}
            for task in freed.tasks
        ],
    }


def _say(done: Recovery) -> None:
    for one in done.freed:
        say(f'{icon("🪦")}Agent "{shown(one.agent.name)}" {_WHY[one.why]}; its state is {one.agent.state}.')
        for task in one.tasks:
            say(f'  task "{shown(task.label)}" {_fate(task)}')
    if done.holder is not None:
        lease = spelled(done.holder)
        where = f" (pid {lease['pid']} on {shown(str(lease['host']))})" if lease and lease["pid"] else ""
        say(f"A conductor is in charge{where}; it frees the work of the dead by itself.")
    elif not done.freed:
        say("Nobody is dead; nothing was to be freed.")


def _fate(task: Task) -> str:
    if task.state is TaskState.PENDING:
        return "went back to pending"
    if task.state is TaskState.COMPLETED:
        return "completed: its result was on disk"
    return f"is {task.state}: {clipped(task.result or '')}"
