"""Small boards for tests of the conductor's judgement."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from conductor.actions import Action, Advance, Release, Shelve
from conductor.board import Board
from conductor.decide import decide
from tinytown.agents import Agent
from tinytown.ids import task_id
from tinytown.record import Held
from tinytown.states import AgentState, TaskState
from tinytown.tasks import Task

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def uid(name: str) -> UUID:
    """The id of the task or agent that a test calls so."""
    return task_id("boards", name)


def task(name: str, *needs: str, parent: str | None = None, **fields: Any) -> Task:
    """A planned task for the agent `w`, unless it is said to be for somebody else."""
    if not fields.keys() & {"agent", "role", "run", "group"}:
        fields["agent"] = "w"
    return Task(
        id=uid(name),
        plan_id=name,
        description=f"do {name}",
        needs=needs,
        parent_id=uid(parent) if parent else None,
        created_at=NOW,
        updated_at=NOW,
        **fields,
    )


def group(name: str, *needs: str, parent: str | None = None, **fields: Any) -> Task:
    return task(name, *needs, parent=parent, group=True, **fields)


def agent(name: str, state: AgentState = AgentState.IDLE, cli: str = "claude", **fields: Any) -> Agent:
    return Agent(id=uid(f"agent {name}"), name=name, cli=cli, state=state, **fields)


def board(tasks: list[Task], agents: list[Agent] | None = None, dead: str = "", to: str | None = None) -> Board:
    """A board of these tasks and agents; without agents there is an idle one called `w`.

    Args:
        tasks: In the order of the plan.
        agents: Whoever there is.
        dead: The names of those whose heart does not beat.
        to: The agent for tasks that name none.
    """
    made = Board(to)
    ordered = [one.evolve(order=place) for place, one in enumerate(tasks)]
    made.load_tasks({one.id: Held.of(one) for one in ordered})
    crew = [agent("w")] if agents is None else agents
    alive = [one.id for one in crew if one.name not in dead.split()]
    made.see_agents({one.id: Held.of(one) for one in crew}, alive)
    return made


def see(shown: Board, name: str, state: TaskState, **fields: Any) -> None:
    """The board sees a task in another state."""
    shown.see(shown.tasks[uid(name)].evolve(state=state, **fields))


def said(shown: Board, action: Action) -> str:
    """An action in words."""
    if isinstance(action, Release):
        return f"{shown.tasks[action.task].label} to {shown.agents[action.agent].value.name}"
    if isinstance(action, Advance):
        return f"{action.task.label} {action.what}"
    assert isinstance(action, Shelve)
    return f"shelve {shown.tasks[action.task].label}"


def decisions(shown: Board, limit: int = 100, shelved: str = "") -> list[str]:
    """What is to be done now, in words."""
    known = {uid(name) for name in shelved.split()}
    return [said(shown, action) for action in decide(shown, shown.take_unsettled(), known, limit)]


def labels(shown: Board, ids: Any) -> set[str]:
    return {shown.tasks[one].label for one in ids}
