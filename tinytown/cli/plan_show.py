"""How `tt plan` shows the plan: which tasks, in which form, with which states."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

import click

from planner.views.lines import FAINT, MARKED, STRONG, Line
from planner.views.scene import Scene
from planner.views.state import Live, Lives
from planner.views.wanted import Wanted
from tinytown import config as configuration
from tinytown.cli.findings import checked
from tinytown.cli.opening import town_folder
from tinytown.cli.output import note, on_terminal, paint, say, say_json
from tinytown.errors import NoTownError, StoreError, UsageError
from tinytown.escape import shown
from tinytown.forecast import Forecast
from tinytown.ids import nearest
from tinytown.states import TaskState
from tinytown.tasks import Task

_LEGIBLE = 300
_ARROWS = 500

_COLOURS = {
    MARKED: "magenta",
    TaskState.ASSIGNED: "blue",
    TaskState.RUNNING: "cyan",
    TaskState.COMPLETED: "green",
    TaskState.FAILED: "red",
    TaskState.CANCELLED: "yellow",
}


def wanted(tags: Sequence[str], agents: Sequence[str], statuses: Sequence[str]) -> Wanted:
    """The choice that the options make.

    Raises:
        UsageError: There is no such status.
    """
    return Wanted(tuple(tags), tuple(agents), tuple(map(_state, statuses)))


def show(ctx: click.Context, path: Path, form: str, choice: Wanted) -> None:
    """Shows a plan; with its states in Redis, if the town's runs.

    Args:
        ctx: The command's context, for the town.
        path: The file.
        form: One of the forms that `tt plan --format` takes.
        choice: The tasks to show.

    Raises:
        TinytownError: The file cannot be read, or has errors; they were shown.
    """
    plan = checked(path)
    live, eta = _told(ctx)
    scene = Scene(plan, live, choice, eta)
    if not scene.shown and form != "json":
        note(f"tt: {_nothing(scene)}")
    elif form in ("tree", "table", "waves"):
        _say_lines(scene, form)
    else:
        _say_document(scene, form)


def _state(word: str) -> TaskState:
    known = [state.value for state in TaskState]
    if word in known:
        return TaskState(word)
    guess = nearest(word, known)
    hint = f'Did you mean "{guess}"? ' if guess else ""
    raise UsageError(f'there is no status "{word}"', f"{hint}There are {', '.join(known)}.")


def _nothing(scene: Scene) -> str:
    if scene.wanted.everything:
        return "the plan has no tasks."
    guess = scene.wanted.guess(scene.plan)
    hint = f' Did you mean "{shown(guess)}"?' if guess else ""
    return f"no task fits {shown(scene.wanted.told())}.{hint}"


def _say_lines(scene: Scene, form: str) -> None:
    from planner.views.table import table_lines
    from planner.views.tree import tree_lines
    from planner.views.waves import wave_lines

    room = shutil.get_terminal_size().columns if on_terminal() else None
    forms = {"tree": tree_lines, "table": table_lines, "waves": wave_lines}
    say("\n".join(map(_painted, forms[form](scene, room))))


def _say_document(scene: Scene, form: str) -> None:
    if form == "json":
        from planner.views.data import plan_data

        say_json(plan_data(scene))
    elif form == "mermaid":
        from planner.views.mermaid import ARROW, mermaid

        text = mermaid(scene)
        say(text)
        if text.count(ARROW) > _ARROWS:
            note(f"tt: Mermaid draws no more than {_ARROWS} arrows unless its setting maxEdges is raised.")
    elif form == "dot":
        from planner.views.dot import dot

        say(dot(scene))
    else:
        from planner.views.svg import svg

        say(svg(scene))
        if len(scene.shown) > _LEGIBLE:
            note(f"tt: {len(scene.shown)} tasks are many for one picture. --tag, --agent and --status choose some.")


def _painted(line: Line) -> str:
    return "".join(
        paint(text, _COLOURS.get(tone), bold=tone == STRONG, dim=tone == FAINT) if tone else text
        for text, tone in line
    )


def _told(ctx: click.Context) -> tuple[Lives | None, Forecast | None]:
    """The plan's tasks in Redis, and the forecast, if the town's runs: a look at the plan starts nothing."""
    from tinytown.cli.forecasting import foresee
    from tinytown.connection import Connection
    from tinytown.keys import Keys
    from tinytown.ledger import Ledger
    from tinytown.roster import Roster
    from tinytown.town import locate

    try:
        root = configuration.find(town_folder(ctx))
        config = configuration.load(root)
        connection = Connection(locate(root, config)[0])
        keys = Keys(config.name)
        tasks = [held.value for held in Ledger(connection, keys, config.name).all().values()]
        names = {agent: held.value.name for agent, held in Roster(connection, keys).all().items()}
        eta = foresee(connection, keys, tasks)
    except (NoTownError, StoreError):
        return None, None
    connection.close()
    return {task.plan_id: _live(task, names) for task in tasks if task.plan_id}, eta


def _live(task: Task, names: Mapping[UUID, str]) -> Live:
    agent = names.get(task.assigned_to) if task.assigned_to else None
    return Live(task.state, task.attempt, agent, task.took)
