"""The tools that only look. Each answers what `tt … --json` prints."""

from collections.abc import Mapping, Sequence
from typing import Any

from tinytown.cli.status import status_document
from tinytown.cli.why import judged, why_document
from tinytown.mcp import arguments as said
from tinytown.mcp.claim import Obstacle, names
from tinytown.mcp.session import Session
from tinytown.states import TaskState
from tinytown.tasks import Task

_ASKS_NOBODY = frozenset({"no_conductor", "agent_paused"})
"""What keeps a conductor from releasing a task, and not a client from claiming it."""


def status(session: Session, _: said.Nothing) -> tuple[str, Mapping[str, Any]]:
    """The town, and who the client is in it."""
    document = status_document(session.town)
    counts = ", ".join(f"{number} {state}" for state, number in document["tasks"].items() if number)
    text = f'town "{session.town.name}": {counts or "no tasks"}; you are "{session.me.name}" ({session.me.state})'
    return text, {**document, "you": session.me.model_dump(mode="json")}


def plan(session: Session, _: said.Nothing) -> tuple[str, Mapping[str, Any]]:
    """The plan with the states of its tasks."""
    from planner.read import FILE, require_plan
    from planner.views.data import plan_data
    from planner.views.scene import Scene
    from planner.views.state import Live
    from planner.views.wanted import Wanted
    from tinytown.cli.forecasting import foresee

    town = session.town
    read = require_plan(town.root / FILE, FILE)
    tasks = [held.value for held in town.ledger.all().values()]
    doers = {agent: held.value.name for agent, held in town.roster.all().items()}
    live = {
        task.plan_id: Live(
            task.state, task.attempt, doers.get(task.assigned_to) if task.assigned_to else None, task.took
        )
        for task in tasks
        if task.plan_id
    }
    scene = Scene(read, live, Wanted(), foresee(town.connection, town.keys, tasks))
    document = plan_data(scene)
    lines = [f"{one['id']}: {one['state']}" for one in document["tasks"]]
    return "\n".join(lines) or "the plan has no tasks", document


def tasks(session: Session, wanted: said.Tasks) -> tuple[str, Mapping[str, Any]]:
    """The tasks that fit."""
    found = [held.value for held in session.town.ledger.all().values()]
    if wanted.claimable:
        found = claimable(session, found)
    chosen = [
        task
        for task in found
        if wanted.state in (None, task.state) and (wanted.tag is None or wanted.tag in task.tags)
    ]
    lines = [f"{task.label}: {task.state}: {task.description}" for task in chosen]
    return "\n".join(lines) or "no tasks", {"tasks": [task.model_dump(mode="json") for task in chosen]}


def task(session: Session, wanted: said.One) -> tuple[str, Mapping[str, Any]]:
    """One task, and those that it builds on."""
    found = session.town.ledger.find(wanted.task).value
    before = session.town.ledger.prerequisites(found)
    document = {
        "task": found.model_dump(mode="json"),
        "before": [other.model_dump(mode="json") for other in before],
    }
    return f"{found.label}: {found.state}: {found.description}", document


def why(session: Session, wanted: said.One) -> tuple[str, Mapping[str, Any]]:
    """What keeps a task from being released."""
    ((found, reasons),) = judged(session.town, [session.town.ledger.find(wanted.task).value])
    words = "; ".join(reason.message for reason in reasons) or "nothing keeps it"
    return f"{found.label}: {found.state}: {words}", why_document(found, reasons)


def claimable(session: Session, tasks: Sequence[Task]) -> list[Task]:
    """Those of the tasks that the client can claim now."""
    backlog = session.town.ledger.backlog()
    named = [
        task for task in tasks if task.state is TaskState.PENDING and names(session.me, task) and not task.group
    ]
    obstacle = obstacles(session)
    ready = {task.id for task in named if obstacle(task) is None}
    return [task for task in tasks if task.state is TaskState.PENDING and (task.id in backlog or task.id in ready)]


def obstacles(session: Session) -> Obstacle:
    """What keeps a task from being released to this client, in words, by the conductor's own judgement."""

    def obstacle(task: Task) -> str | None:
        ((_, reasons),) = judged(session.town, [task])
        return next((one.message for one in reasons if one.code not in _ASKS_NOBODY), None)

    return obstacle
