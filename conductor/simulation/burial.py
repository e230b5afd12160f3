"""The end of a dead agent, written into a change: its tasks return, its record says so."""

from collections.abc import Iterable
from uuid import UUID

from conductor.simulation.change import Change
from tinytown.agents import Agent
from tinytown.ending import ended
from tinytown.events import agent_event, quarantine_event, task_event
from tinytown.hands import holds, let_go
from tinytown.record import Held
from tinytown.report import Report
from tinytown.states import AgentState
from tinytown.tasks import Task


def bury(
    change: Change, held: Held[Agent], tasks: Iterable[Held[Task]], report: Report | None
) -> tuple[Held[Agent], set[UUID]]:
    """Frees the work of an agent that is dead, or that has left just when work was on its way to it.

    Args:
        change: Where it goes.
        held: The agent as it was read.
        tasks: All tasks that might be its.
        report: What it had finished and could not report.

    Returns:
        The agent as it will be held, and the tasks that are free.
    """
    agent = held.value
    freed: set[UUID] = set()
    for task in tasks:
        if not agent.gone and report is not None and report.awaited(task.value, agent.id):
            after, event = ended(task.value, report, agent.name)
            change.change_task(task, after)
            change.events.append(event)
        elif holds(agent.id, task.value):
            after, what = let_go(task.value, crashed=not agent.gone)
            change.change_task(task, after)
            change.events.append(task_event(what, after, agent.name, reason=f"agent {agent.name} died"))
            freed.add(task.value.id)
    change.sort_mail(agent.id, freed, ())
    if agent.gone:
        return held, freed
    dead = agent.end(AgentState.ERROR)
    change.events.append(agent_event(dead))
    if dead.quarantined:
        change.events.append(quarantine_event(dead, "it left no reason"))
    return change.change_agent(held, dead), freed
