"""`tt wait`: waits until an agent is at rest, or a task has ended."""

import click

from tinytown.agents import Agent
from tinytown.cli.meant import agent_or_task
from tinytown.cli.opening import open_town
from tinytown.cli.options import DURATION, examples, json_option, kind_option, town_option
from tinytown.cli.output import say, say_json
from tinytown.cli.states import task_state
from tinytown.errors import UsageError
from tinytown.escape import shown
from tinytown.states import TaskState
from tinytown.wait import await_agent, await_task

_FAILED = 5


@click.command(
    "wait",
    epilog=examples("tt wait build --timeout 20m", "tt wait coder", "tt wait coder --stopped"),
)
@town_option
@click.argument("name", metavar="AGENT|TASK")
@click.option("--timeout", type=DURATION, help="Give up after so long: 90, 5m. [default: never]")
@click.option("--stopped", is_flag=True, help="Of an agent: wait until it has stopped.")
@kind_option
@json_option
@click.pass_context
def command(
    ctx: click.Context, *, name: str, timeout: float | None, stopped: bool, kind: str | None, as_json: bool
) -> None:
    """Wait until AGENT has nothing to do or has stopped, or until TASK has ended.

    Exit status: 0 when the agent is at rest or the task has completed, 1 when the agent has died, 5 when the task
    has failed or was cancelled, 124 when the time was up.
    """
    with open_town(ctx) as town:
        held = agent_or_task(town, name, kind)
        if isinstance(held.value, Agent):
            agent = await_agent(town.site, town.roster.find(held.value.name), stopped=stopped, timeout=timeout)
            if as_json:
                say_json(agent.model_dump(mode="json"))
            else:
                say(f'Agent "{shown(agent.name)}" is {agent.state}')
            return
        if stopped:
            raise UsageError(
                "--stopped goes with an agent", "Leave it out; a task is waited for until it has ended."
            )
        task = await_task(town.site, town.ledger.find(str(held.value.id)), timeout=timeout)
        if as_json:
            say_json(task.model_dump(mode="json"))
        else:
            say(f'Task "{shown(task.label)}" is {task_state(task.state)}')
        ctx.exit(0 if task.state is TaskState.COMPLETED else _FAILED)
