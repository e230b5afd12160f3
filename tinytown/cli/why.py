"""`tt why`: says what keeps a task from being released."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import click

from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import say, say_json
from tinytown.cli.states import task_state
from tinytown.errors import UnknownTaskError, UsageError
from tinytown.escape import shown
from tinytown.incumbent import in_charge
from tinytown.keys import META, PAUSED, PUSHING
from tinytown.states import ENDED, TaskState
from tinytown.tasks import Task
from tinytown.town import Town

if TYPE_CHECKING:
    from conductor.readiness import Reason


@click.command(epilog=examples("tt why deploy", "tt why deploy --json", "tt why --all"))
@click.argument("task", required=False)
@click.option("--all", "everything", is_flag=True, help="Say it of every task that has not completed.")
@json_option
@town_option
@click.pass_context
def command(ctx: click.Context, task: str | None, *, everything: bool, as_json: bool) -> None:
    """Say why TASK is not released: every reason, or nothing if it is about to be.

    TASK is an id of the plan, or a task's own id, or the beginning of either.
    """
    if everything == (task is not None):
        raise UsageError("name a task, or say --all", "See: tt why --help")
    with open_town(ctx) as town:
        if task is None:
            asked = [held.value for held in town.ledger.all().values()]
            asked = [one for one in asked if one.state is not TaskState.COMPLETED]
        else:
            asked = [_find(town, task)]
        told = judged(town, asked)
    if as_json:
        documents = [why_document(one, why) for one, why in told]
        say_json(documents if everything else documents[0])
        return
    for one, why in told:
        _say(one, why)
    if everything and not told:
        say("every task has completed")


def _find(town: Town, reference: str) -> Task:
    try:
        found = town.ledger.find(reference).value
    except UnknownTaskError:
        _check_pushed(town, reference)
        raise
    if reference not in (found.plan_id, str(found.id)):  # one whose id begins so
        _check_pushed(town, reference)
    return found


def _check_pushed(town: Town, reference: str) -> None:
    if reference in _unpushed(town):
        raise UnknownTaskError(f'"{reference}" is in tasks.toml, but not pushed', "Push it: tt sync push") from None


def judged(town: Town, asked: Sequence[Task]) -> "list[tuple[Task, list[Reason]]]":
    """What keeps each of these tasks from being released, by the judgement that the conductor itself uses.

    Args:
        town: The town.
        asked: The tasks.
    """
    from conductor.board import Board
    from conductor.policy import Policy
    from conductor.readiness import reasons
    from tinytown.clock import now

    board = Board()
    pushing, meta, board.paused = town.connection.run("HMGET", town.keys.plan, PUSHING, META, PAUSED)
    board.halted, board.policy = pushing is not None, Policy.read(meta)
    board.load_tasks(town.ledger.all())
    agents = town.roster.all()
    board.see_agents(agents, town.roster.heartbeats(agents))
    conducted = in_charge(town.connection, town.keys) is not None
    return [(task, reasons(board, task, now(), conducted=conducted)) for task in asked]


def why_document(task: Task, why: "Sequence[Reason]") -> dict[str, Any]:
    """The reasons of one task as `tt why --json` prints them."""
    label = task.plan_id or str(task.id)
    return {"id": label, "state": task.state.value, "reasons": [one.as_dict() for one in why]}


def _say(task: Task, why: "Sequence[Reason]") -> None:
    say(f"{shown(task.label)}: {task_state(task.state)}")
    for one in why:
        say(f"  {shown(one.message)}")
    if any(one.code == "prerequisite_failed" for one in why):
        ended = (one["id"] for reason in why for one in reason.details.get("tasks", ()) if one["state"] in ENDED)
        failed = shown(" ".join(ended)) or "TASK"
        say(f"  to run what failed again: tt retry {failed}; to go on without it: tt skip {failed}")
    if not why:
        say("  nothing keeps it: it is released in a moment")


def _unpushed(town: Town) -> Collection[str]:
    """The ids of the tasks in tasks.toml, if there is one and it is good."""
    from planner.read import FILE, read_plan

    path = town.root / FILE
    plan = read_plan(path).plan if path.exists() else None
    return plan.by_id if plan else ()
