"""`tt status`: the town, its Redis, its conductor, its agents and its tasks at a glance."""

import re
from collections import Counter
from typing import Any

import click

from tinytown.agents import Agent
from tinytown.cli.conductor_lease import spelled
from tinytown.cli.forecasting import foresee
from tinytown.cli.list import say_agents
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, paint, say, say_json
from tinytown.cli.states import task_state
from tinytown.cli.tasks import say_tasks
from tinytown.cli.words import ago, count
from tinytown.escape import shown
from tinytown.forecast import Forecast
from tinytown.incumbent import in_charge
from tinytown.keys import PAUSED
from tinytown.pause_note import read, told
from tinytown.states import TaskState
from tinytown.tasks import Task
from tinytown.town import Town

_LOG_LINES = 5
_LOG_BYTES = 4096


@click.command("status", epilog=examples("tt status", "tt status --tasks", "tt status --json"))
@town_option
@click.option("--tasks", "with_tasks", is_flag=True, help="List the tasks that are not completed, too.")
@click.option("--deep", is_flag=True, help="Show each agent's process and the end of its log, too.")
@json_option
@click.pass_context
def command(ctx: click.Context, *, with_tasks: bool, deep: bool, as_json: bool) -> None:
    """Show the town, its Redis, its conductor, its agents and its tasks."""
    with open_town(ctx) as town:
        if as_json:
            say_json(status_document(town))
            return
        tasks = [held.value for held in town.ledger.all().values()]
        agents = town.roster.shown()
        conductor = _conductor(town)
        eta = _eta(town, tasks)
        _say_town(town, conductor)
        _say_counts(tasks)
        if eta is not None:
            say(f"{icon('⏱️')}eta        {shown(eta.words())}")
        say()
        say_agents(agents, tasks)
        if deep:
            _say_depths(town, agents)
        if with_tasks:
            say()
            say_tasks([task for task in tasks if task.state is not TaskState.COMPLETED], agents)


def _eta(town: Town, tasks: list[Task]) -> Forecast | None:
    """When the work will be done, if any is under way."""
    running = any(task.state is TaskState.RUNNING and not task.group for task in tasks)
    return foresee(town.connection, town.keys, tasks) if running else None


def status_document(town: Town) -> dict[str, Any]:
    """The town at a glance, as `tt status --json` prints it."""
    tasks = [held.value for held in town.ledger.all().values()]
    eta = _eta(town, tasks)
    paused = _pause(town)
    return {
        "town": town.name,
        "root": str(town.root),
        "redis": _redis(town),
        "conductor": _conductor(town),
        "paused": None if paused is None else read(paused),
        "agents": [
            {**agent.model_dump(mode="json"), "alive": alive, "inbox": inbox}
            for agent, alive, inbox in town.roster.shown()
        ],
        "tasks": _counts(tasks),
        "eta": eta and eta.as_dict(),
    }


def _redis(town: Town) -> dict[str, Any]:
    found = re.search(r"redis_version:(\S+)", str(town.connection.run("INFO", "server")))
    return {
        "address": str(town.connection.address),
        "version": found[1] if found else None,
        "managed": town.server is not None,
    }


def _conductor(town: Town) -> dict[str, Any] | None:
    """Who holds the conductor's lease: `{id, host, pid}`."""
    return spelled(in_charge(town.connection, town.keys))


def _pause(town: Town) -> str | None:
    """The note of the town's pause, if it is paused."""
    text = town.connection.run("HGET", town.keys.plan, PAUSED)
    return None if text is None else str(text)


def _counts(tasks: list[Task]) -> dict[str, int]:
    counts = Counter(task.state for task in tasks)
    return {state.value: counts[state] for state in TaskState}


def _say_town(town: Town, conductor: dict[str, Any] | None) -> None:
    redis = _redis(town)
    whose = "the town's own" if redis["managed"] else "not managed"
    say(f"{icon('🏡')}town       {paint(shown(town.name), bold=True)}")
    say(f"{icon('📂')}root       {shown(str(town.root))}")
    say(f"{icon('📡')}redis      {redis['version']}, {whose}, at {shown(redis['address'])}")
    at_work = f"pid {conductor['pid']} on {conductor['host']}" if conductor else ""
    say(f"{icon('🚂')}conductor  {shown(at_work) or 'not running'}")
    if (paused := _pause(town)) is not None:
        say(f"{icon('⏸')}paused     {shown(told(paused))}; go on: tt resume")


def _say_counts(tasks: list[Task]) -> None:
    parts = [
        f"{task_state(state)} {number}"
        for state, number in zip(TaskState, _counts(tasks).values(), strict=True)
        if number
    ]
    say(f"{icon('📋')}tasks      {', '.join(parts) or 'none'}")


def _say_depths(town: Town, agents: list[tuple[Agent, bool, int]]) -> None:
    for agent, _, _ in agents:
        say()
        process = f"pid {agent.pid} on {agent.host}" if agent.pid else "no process"
        say(
            f"{paint(shown(agent.name), bold=True)}: {shown(process)}, last beat {ago(agent.last_heartbeat)}, "
            f"{count(agent.tasks_completed, 'task')} completed"
        )
        for line in _log_end(town, agent.name):
            say(f"  {shown(line)}")


def _log_end(town: Town, agent: str) -> list[str]:
    log = town.site.log(agent)
    if not log.is_file():
        return []
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _LOG_BYTES))
        return file.read().decode(errors="replace").splitlines()[-_LOG_LINES:]
