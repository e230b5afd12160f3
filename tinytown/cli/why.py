"""`tt why`: says what keeps a task from being released."""

from collections.abc import Collection

import click

from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import say, say_json
from tinytown.cli.states import task_state
from tinytown.errors import UnknownTaskError
from tinytown.escape import shown
from tinytown.keys import META, PUSHING
from tinytown.town import Town


@click.command(epilog=examples("tt why deploy", "tt why deploy --json"))
@click.argument("task")
@json_option
@town_option
@click.pass_context
def command(ctx: click.Context, task: str, *, as_json: bool) -> None:
    """Say why TASK is not released: every reason, or nothing if it is about to be.

    TASK is an id of the plan, or a task's own id or the beginning of it.
    """
    from conductor.board import Board
    from conductor.policy import Policy
    from conductor.readiness import reasons
    from tinytown.clock import now

    with open_town(ctx) as town:
        try:
            found = town.ledger.find(task).value
        except UnknownTaskError:
            if task in _unpushed(town):
                raise UnknownTaskError(
                    f'"{task}" is in tasks.toml, but not pushed', "Push it: tt sync push"
                ) from None
            raise
        board = Board()
        pushing, meta = town.connection.run("HMGET", town.keys.plan, PUSHING, META)
        board.halted, board.policy = pushing is not None, Policy.read(meta)
        board.load_tasks(town.ledger.all())
        agents = town.roster.all()
        board.see_agents(agents, town.roster.heartbeats(agents))
        conducted = town.connection.run("EXISTS", town.keys.conductor) == 1
    told = reasons(board, found, now(), conducted=conducted)
    if as_json:
        label = found.plan_id or str(found.id)
        say_json({"id": label, "state": found.state.value, "reasons": [one.as_dict() for one in told]})
        return
    say(f"{shown(found.label)}: {task_state(found.state)}")
    for one in told:
        say(f"  {shown(one.message)}")
    if any(one.code == "prerequisite_failed" for one in told):
        say('  to run what failed again, set its status to "pending" in tasks.toml, then: tt sync push')
    if not told:
        say("  nothing keeps it: it is released in a moment")


def _unpushed(town: Town) -> Collection[str]:
    """The ids of the tasks in tasks.toml, if there is one and it is good."""
    from planner.read import FILE, read_plan

    path = town.root / FILE
    plan = read_plan(path).plan if path.exists() else None
    return plan.by_id if plan else ()
