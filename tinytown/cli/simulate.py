"""`tt simulate`: the plan run by the real decisions, with a simulated clock, simulated agents, and faults."""

import shutil
from collections.abc import Callable
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tinytown.cli.options import duration, examples, json_option, town_option
from tinytown.cli.output import on_terminal, paint, say, say_json

if TYPE_CHECKING:
    from conductor.simulation.setting import Setting
    from planner.plan import Plan
    from tinytown.config import Config

C = TypeVar("C", bound=Callable[..., Any])

_OK, _NOT_OK = 0, 5
_PIPE = 100
"""The columns of a picture that goes to no terminal."""

_FAULTS = {
    "crash": ("crash", "An agent dies in an attempt, or while it starts."),
    "fail": ("fail", "An attempt fails."),
    "timeouts": ("hang", "An attempt of a task that has a timeout runs into it."),
    "later": ("later", "A command asks to be tried later (exit 75)."),
    "freeze": ("freeze", "An agent stands still in an attempt, and reports too late."),
    "conductor-crash": ("conductor", "The conductor dies or stands still at a commit."),
    "redis-down": ("outage", "Redis goes away after a change of a task."),
    "lost": ("lost", "A request is done, but its answer is lost."),
    "slow": ("slow", "An answer of Redis takes seconds."),
    "duplicates": ("again", "The conductor hears events once more."),
}


def _share(text: str | float) -> float:
    if isinstance(text, float):
        return text
    from conductor.simulation.faults import chance

    return chance(text)


def _wait(text: str | float) -> float:
    return inf if text == "never" else duration(text)


_SHARE = click.types.FuncParamType(_share)
_WAIT = click.types.FuncParamType(_wait)


def _plan_options(function: C) -> C:
    """What happens in the plan, and what may go wrong."""
    options = [
        click.option(
            "--spread", type=_SHARE, default="20%", metavar="P", help="How far times differ. [default: 20%]"
        ),
        click.option(
            "--chaos", type=_SHARE, metavar="P", help="The chance of every fault that is not given itself."
        ),
        *(
            click.option(f"--{name}", f"fault_{fault}", type=_SHARE, metavar="P", help=text)
            for name, (fault, text) in _FAULTS.items()
        ),
        click.option(
            "--approve-after",
            type=_WAIT,
            default="0s",
            metavar="TIME",
            help="When a person approves; or never. [default: 0s]",
        ),
        click.option(
            "--backlog", is_flag=True, help='Leave tasks that name nobody to the backlog, not to "worker".'
        ),
        click.option("--again", is_flag=True, help="Simulate finished tasks too, as if nothing had run yet."),
    ]
    for option in reversed(options):
        function = option(function)
    return function


@click.command(
    epilog=examples(
        "tt simulate",
        "tt simulate --runs 100 --crash 5% --fail 2%",
        "tt simulate plan.toml --seed 7 --chaos 5% --json | jq .makespan",
    )
)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@_plan_options
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Decides on every chance.")
@click.option(
    "--runs", type=click.IntRange(1), default=1, metavar="N", help="So many runs, with seeds from SEED on."
)
@click.option("--agents", type=click.IntRange(1), metavar="N", help="At most so many. [default: max_agents, or 10]")
@click.option("--no-hints", is_flag=True, help="Do not look for what would help, which takes a few more runs.")
@json_option
@town_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    file: Path | None,
    seed: int,
    runs: int,
    agents: int | None,
    *,
    no_hints: bool,
    as_json: bool,
    **options: Any,
) -> int:
    """Run the plan in FILE (tasks.toml) in an instant, with a simulated clock and simulated agents.

    The decisions are the real ones; nothing is started or written, and neither Redis nor a town is needed. A task
    takes its estimate, or a minute. A chance P is written like 5%. The same seed gives the same run, anywhere.

    Prints what held the plan up, how busy each agent was, and what would help. Exit status 0 when everything
    completed in all runs, 5 when something failed or was blocked in any.
    """
    from conductor.simulation.hints import hints
    from conductor.simulation.many import simulate_many
    from conductor.simulation.report import Report
    from tinytown.cli.findings import checked
    from tinytown.cli.plan_file import plan_name, plan_path

    path = plan_path(ctx, file)
    plan = checked(path)
    setting = _setting(plan, _config(ctx, path), agents, options)
    many = simulate_many(setting, range(seed, seed + runs))
    report = Report(plan_name(path), many, _planned(plan, setting), [] if no_hints else hints(many))
    if as_json:
        from conductor.simulation.data import document

        say_json(document(report))
    else:
        from conductor.simulation.told import sections

        room = shutil.get_terminal_size().columns if on_terminal() else _PIPE
        for number, section in enumerate(sections(report, room)):
            if number:
                say()
            say(paint(section.heading, bold=True))
            for line in section.lines:
                say(f"  {line}")
    return _OK if many.ok else _NOT_OK


def _config(ctx: click.Context, path: Path) -> "Config":
    """The town's configuration, if there is a town."""
    from tinytown import config
    from tinytown.cli.opening import asked_for, town_folder
    from tinytown.errors import NoTownError

    try:
        return config.load(config.find(town_folder(ctx) if asked_for(ctx) else path.resolve().parent))
    except NoTownError:
        return config.Config(name="simulated")


def _setting(plan: "Plan", config: "Config", agents: int | None, options: dict[str, Any]) -> "Setting":
    from conductor.policy import Policy
    from conductor.simulation.faults import Faults
    from conductor.simulation.setting import Setting
    from conductor.simulation.town import BEGINNING
    from conductor.team import Hiring
    from planner.sync.first import first_tasks
    from tinytown.agents import UNASSIGNED_TO
    from tinytown.cli.team import team_of
    from tinytown.clock import following

    with following(lambda: BEGINNING):
        tasks = first_tasks(plan, "simulated")
        if options["again"]:
            tasks = tuple(task if task.state == "pending" else task.rerun() for task in tasks)
    chances = {name: options[f"fault_{name}"] for name, _ in _FAULTS.values()}
    return Setting(
        tasks=tasks,
        policy=Policy(on_failure=plan.on_failure, max_parallel=plan.max_parallel, pools=plan.pools),
        hiring=Hiring(team_of(plan.team), config.default_cli),
        faults=Faults.all(options["chaos"] or 0.0).but(**chances),
        spread=options["spread"],
        approve_after=None if options["approve_after"] == inf else options["approve_after"],
        max_agents=agents or config.max_agents,
        unassigned_to=None if options["backlog"] else UNASSIGNED_TO,
        heartbeat=config.agent.heartbeat_secs,
        dead_after=config.agent.dead_after_secs,
        idle_timeout=config.agent.idle_timeout_secs,
    )


def _planned(plan: "Plan", setting: "Setting") -> tuple[tuple[str, ...], float]:
    """The critical path of what is still to be done, and its seconds, by the lengths that the simulation takes."""
    from conductor.order import length
    from planner.graph import graph_of

    lengths = {task.label: 0.0 if task.ended else length(task) / 1000 for task in setting.tasks}
    path, seconds = graph_of(plan.entries).longest(lengths.__getitem__)
    return tuple(task for task in path if lengths[task]), seconds
