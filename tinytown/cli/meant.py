"""What a person means by a word that may name an agent or a task."""

from contextlib import suppress

from tinytown.agents import Agent
from tinytown.errors import AmbiguousError, UnknownAgentError, UnknownTaskError
from tinytown.record import Held
from tinytown.tasks import Task
from tinytown.town import Town


def agent_or_task(town: Town, reference: str, kind: str | None = None) -> Held[Agent] | Held[Task]:
    """The agent or the task that is meant.

    Args:
        town: The town.
        reference: What names it; an exact name comes before the beginning of an id.
        kind: `agent` or `task` if that was said.

    Raises:
        UnknownAgentError, UnknownTaskError: There is none.
        AmbiguousError: There are several, or one of each kind.
    """
    if kind == "agent":
        return town.roster.find(reference)
    if kind == "task":
        return town.ledger.find(reference)
    agent: Held[Agent] | None = None
    task: Held[Task] | None = None
    with suppress(UnknownAgentError):
        agent = town.roster.find(reference)
    with suppress(UnknownTaskError):
        task = town.ledger.find(reference)
    if agent is None and task is None:
        raise UnknownAgentError(
            f'no agent and no task is called "{reference}"', "`tt list` lists the agents, `tt tasks` the tasks."
        )
    if agent is None or task is None:
        return agent or task  # type: ignore[return-value]  # one of them is there
    named = agent.value.name == reference
    if named == (task.value.plan_id == reference):
        raise AmbiguousError(f'"{reference}" is an agent and a task', "Say which: --agent or --task.")
    return agent if named else task
