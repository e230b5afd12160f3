"""`tt run`: does everything for one plan, and leaves nothing running that it started."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from conductor.board import Board
from conductor.options import Options
from conductor.team import Hiring, missing
from planner.plan import Plan
from planner.sync.pull import pull
from planner.sync.push import Terms
from planner.sync.store import Store
from tinytown.agents import UNASSIGNED_TO
from tinytown.cli.conducting import Show, conduct, conductor_of, hiring
from tinytown.cli.findings import checked, explained
from tinytown.cli.init import lawful_name
from tinytown.cli.opening import asked_for, town_folder
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import note, on_terminal
from tinytown.cli.pushing import push_plan, run_again
from tinytown.cli.team import team_of
from tinytown.clis import check_installed, resolve
from tinytown.errors import NoTownError
from tinytown.record import Held
from tinytown.stop import stop_agents
from tinytown.tasks import Task
from tinytown.town import Town
from tinytown.towns import remember


@click.command(
    epilog=examples("tt run tasks.toml", "tt run tasks.toml --cli echo", "tt run tasks.toml --json | jq .type")
)
@click.argument("file", type=click.Path(path_type=Path), default=Path("tasks.toml"))
@click.option("--cli", metavar="CLI", help="The CLI of every agent, whatever the plan says.")
@click.option("--again", is_flag=True, help="Run finished tasks of the plan again.")
@click.option("--force", is_flag=True, help="Where file and Redis disagree, the file is right.")
@click.option("--yes", is_flag=True, help="Agree to deletions and resets that the file asks for.")
@json_option
@town_option
@click.pass_context
def command(
    ctx: click.Context, file: Path, cli: str | None, *, again: bool, force: bool, yes: bool, as_json: bool
) -> int:
    """Do everything for the plan in FILE (tasks.toml).

    Makes a town around the file if there is none, pushes the plan, starts the agents that it needs, releases
    each task the moment it is ready, writes the statuses back into the file, and stops what it started. A task
    that names nobody goes to an agent called "worker".

    Exit status 0 when everything completed, 5 when something failed or is blocked. Interrupted, it may be
    called again and goes on where it was.
    """
    plan = checked(file)
    with _town(ctx, file) as town:
        _check_team(plan, town, cli)
        with explained(file.name):
            push_plan(town, plan, file.name, Terms(force=force), yes=yes)
        if again:
            run_again(town, plan)
        show = Show(as_json=as_json)
        options = Options(hiring=hiring(town, cli), unassigned_to=UNASSIGNED_TO, plan=frozenset(plan.by_id))
        conductor = conductor_of(town, options, show)
        try:
            summary = conduct(conductor, show)
        except KeyboardInterrupt:
            if on_terminal():
                note("")
            note(f"interrupted; everything is kept. Go on with: tt run {file}")
            raise
        finally:
            started = set(conductor.started_agents)
            stop_agents(town.site, [h for h in town.roster.all().values() if h.value.name in started])
            with explained(file.name):
                pull(Store(town.connection, town.keys, town.name), file, managed_only=True)
    status = show.end(summary)
    if not conductor.ended_here and not status and not as_json:
        note("There was nothing to do; --again runs finished tasks again.")
    return status


@contextmanager
def _town(ctx: click.Context, file: Path) -> Iterator[Town]:
    """The town that the file lies in, or a new one around it. What this starts, it stops on leaving."""
    folder = town_folder(ctx) if asked_for(ctx) else file.resolve().parent
    try:
        town = Town.connect(folder)
    except NoTownError:
        town = Town.init(folder, lawful_name(folder.resolve().name))
        note(f"made a town in {town.root}")
    remember(town.root, town.name)
    with town:
        yield town


def _check_team(plan: Plan, town: Town, cli: str | None) -> None:
    """Looks whether every agent that the plan needs could be started, before anything is pushed.

    Raises:
        UnknownCliError: A CLI is unknown or not installed.
    """
    board = Board(UNASSIGNED_TO)
    tasks = [Task(description="", agent=e.agent, role=e.role, run=e.run, group=e.group) for e in plan.entries]
    board.load_tasks({task.id: Held.of(task) for task in tasks})
    agents = town.roster.all()
    board.see_agents(agents, town.roster.heartbeats(agents))
    for wish in missing(board, Hiring(team_of(plan.team), town.config.default_cli, cli)):
        check_installed(resolve(wish.cli, town.config))
