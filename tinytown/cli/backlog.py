"""`tt backlog`: the tasks that nobody is named for, and who takes them."""

import click

from tinytown.assign import hand_over
from tinytown.cli.group import Group
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, say, say_json
from tinytown.cli.tasks import say_tasks
from tinytown.errors import StaleError, UnlawfulMoveError
from tinytown.escape import shown
from tinytown.states import TaskState
from tinytown.tasks import Task
from tinytown.town import Town
from tinytown.transaction import Transaction

_TRIES = 10


@click.group("backlog", cls=Group, epilog=examples("tt backlog list", "tt backlog claim build coder"))
@town_option
def command() -> None:
    """Show and claim the tasks that are ready and that nobody is named for."""


@command.command("list", epilog=examples("tt backlog list", "tt backlog list --json"))
@town_option
@json_option
@click.pass_context
def list_backlog(ctx: click.Context, *, as_json: bool) -> None:
    """List the backlog, the longest waiting first."""
    with open_town(ctx) as town:
        order = town.ledger.backlog()
        found = town.ledger.get_many(order)
        tasks = [found[ident].value for ident in order if ident in found]
        if as_json:
            say_json([task.model_dump(mode="json") for task in tasks])
        elif tasks:
            say_tasks(tasks, town.roster.shown())
        else:
            say("The backlog is empty.")


@command.command("claim", epilog=examples("tt backlog claim build coder"))
@town_option
@click.argument("task")
@click.argument("agent")
@json_option
@click.pass_context
def claim(ctx: click.Context, task: str, agent: str, *, as_json: bool) -> None:
    """Give TASK out of the backlog to AGENT; it goes into the agent's inbox at once."""
    with open_town(ctx) as town:
        claimed = _claim(town, task, agent)
        if as_json:
            say_json(claimed.model_dump(mode="json"))
        else:
            say(f'{icon("📌")}Task "{shown(claimed.label)}" is assigned to "{shown(agent)}"')


def _claim(town: Town, reference: str, agent: str) -> Task:
    for _ in range(_TRIES):
        doer = town.roster.find(agent)
        held = town.ledger.find(reference)
        task = held.value
        if task.id not in town.ledger.backlog() or task.state is not TaskState.PENDING:
            raise UnlawfulMoveError(
                f'task "{task.label}" is not in the backlog; it is {task.state}', "tt backlog list shows what is."
            )
        if not doer.value.receptive:
            raise UnlawfulMoveError(
                f'agent "{doer.value.name}" is {doer.value.state} and takes no tasks',
                "Give it to another agent; tt list shows them.",
            )
        # The definition of a planned task is the file's; that of any other names its agent from now on.
        named = task if task.plan_id else task.evolve(agent=doer.value.name)
        after = named.assign(doer.value.id)
        transaction = Transaction(town.keys)
        transaction.expect(town.keys.agent(doer.value.id), doer.text)
        claimed = transaction.change_task(held, after)
        transaction.drop_from_backlog(after.id)
        hand_over(transaction, claimed, doer.value)
        try:
            transaction.commit(town.connection)
        except StaleError:
            continue
        return after
    raise StaleError(town.keys.task(held.value.id))
