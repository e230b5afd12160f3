"""What the commands that make a task have in common: how it is told."""

from tinytown.cli.output import icon, note, say, say_json
from tinytown.create import Created
from tinytown.escape import shown
from tinytown.incumbent import in_charge
from tinytown.states import TaskState
from tinytown.town import Town


def tell_created(town: Town, made: Created, *, as_json: bool) -> None:
    """Tells what has become of a new task, and what it waits for.

    Args:
        town: The town.
        made: The task.
        as_json: Whether to print it as JSON.
    """
    task = made.task
    if as_json:
        say_json(task.model_dump(mode="json"))
    elif task.state is TaskState.ASSIGNED:
        say(f'{icon("📌")}Task {task.id} is assigned to "{shown(task.agent or "")}"')
    elif made.waits:
        say(f"{icon('⏳')}Task {task.id} waits for {shown(', '.join(made.waits))}; then {_then(made)}")
    elif task.unassigned:
        say(f"{icon('📋')}Task {task.id} is in the backlog")
    else:
        say(f"{icon('⏳')}Task {task.id} is pending; {_then(made)}")
    if task.unapproved:
        note(f"tt: it may start after: tt approve {task.label}")
    if task.state is TaskState.PENDING and (made.waits or not task.unassigned):
        note_unconducted(town)


def note_unconducted(town: Town) -> None:
    """Says that nothing is released, if no conductor is there to do so."""
    if in_charge(town.connection, town.keys) is None:
        note("no conductor is running; start one: tt conductor")


def _then(made: Created) -> str:
    task = made.task
    if task.agent:
        return f'it goes to "{shown(task.agent)}"'
    if task.role:
        return f'it goes to an agent of role "{shown(task.role)}"'
    return "it goes to any agent" if task.run else "it goes into the backlog"
