"""`tt task complete` and `tt task fail`: ends a task by hand, or from inside an agent."""

import os
from collections.abc import Callable

import click

from tinytown.agents import Agent
from tinytown.cli.identity import own_agent
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import say, say_json
from tinytown.cli.states import task_state
from tinytown.errors import StaleError, UnlawfulMoveError
from tinytown.escape import shown
from tinytown.record import Held
from tinytown.retry import may_retry
from tinytown.states import TaskState
from tinytown.tasks import Task
from tinytown.town import Town

_TRIES = 10


@click.command(
    "complete",
    short_help="Complete a task by hand.",
    epilog=examples("tt task complete build", "tt task complete build --result 'all tests pass'"),
)
@town_option
@click.argument("task")
@click.option("--result", help="What came of it.")
@json_option
@click.pass_context
def complete(ctx: click.Context, task: str, result: str | None, *, as_json: bool) -> None:
    """Complete TASK: what waits for it may start.

    From inside an agent this wins over the exit status of its CLI; but a task with an acceptance command is
    only completed by that.
    """

    def move(value: Task) -> Task:
        _check_acceptance(value)
        return value.complete(result)

    with open_town(ctx) as town:
        _say_end(_end(town, task, "completed", move), as_json=as_json)


@click.command(
    "fail",
    short_help="Fail a task by hand.",
    epilog=examples("tt task fail build", "tt task fail build --error 'no compiler here'"),
)
@town_option
@click.argument("task")
@click.option("--error", help="What stands in the way.")
@json_option
@click.pass_context
def fail(ctx: click.Context, task: str, error: str | None, *, as_json: bool) -> None:
    """Fail TASK.

    From inside an agent this wins over the exit status of its CLI, and the attempt is repeated if the task has
    retries left. Said by a person it is final.
    """

    def move(value: Task) -> Task:
        if not _is_own(value) or value.state is not TaskState.RUNNING:
            return value.fail(error)
        if may_retry(value):
            return value.give_up(error or "its CLI said that it failed")
        return value.fail(error).evolve(failures=value.failures + 1)

    with open_town(ctx) as town:
        _say_end(_end(town, task, "failed", move), as_json=as_json)


def _end(town: Town, reference: str, what: str, move: Callable[[Task], Task]) -> Task:
    """Commits the end of a task, or of its attempt, anew if somebody changes it in the meantime."""
    agent = own_agent(town)
    for _ in range(_TRIES):
        held = town.ledger.find(reference)
        _check_own(held, agent)
        after = move(held.value)
        try:
            town.ledger.change(held, after, what if after.ended else "given_up", agent.name if agent else None)
        except StaleError:
            continue
        return after
    raise StaleError(town.keys.task(held.value.id))


def _check_acceptance(task: Task) -> None:
    """Refuses to let an agent's CLI complete its own task past the command that has to accept it."""
    if task.accept is not None and _is_own(task):
        raise UnlawfulMoveError(
            f'task "{task.label}" is completed by its acceptance command only: {task.accept}',
            "End with exit status 0; it is run then.",
        )


def _check_own(held: Held[Task], agent: Agent | None) -> None:
    """Refuses an agent's CLI whose own task was taken from it in the meantime."""
    task = held.value
    if agent is None or not _is_own(task) or task.assigned_to == agent.id:
        return
    raise UnlawfulMoveError(
        f'task "{task.label}" was taken from agent "{agent.name}"; it is {task.state} now',
        "Stop working on it: what you say of it does not count any more.",
    )


def _is_own(task: Task) -> bool:
    """Whether we were started by the attempt at this very task."""
    return os.environ.get("TINYTOWN_TASK_ID") == str(task.id)


def _say_end(task: Task, *, as_json: bool) -> None:
    if as_json:
        say_json(task.model_dump(mode="json"))
    elif not task.ended:
        say(f'Task "{shown(task.label)}" has failed at attempt {task.attempt}; it is tried again when you end')
    else:
        say(f'Task "{shown(task.label)}" is {task_state(task.state)}')
