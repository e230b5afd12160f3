"""A simulated agent's departure in good order: it gives up what it has in its hands, and signs off."""

from contextlib import suppress

from conductor.simulation.steps import Ask, Steps
from conductor.simulation.town import Town
from tinytown.agents import Agent
from tinytown.errors import RedisUnreachableError, StaleError
from tinytown.events import agent_event, task_event
from tinytown.hands import let_go
from tinytown.record import Held
from tinytown.states import AgentState
from tinytown.tasks import Task


def leave(town: Town, held: Held[Agent], reason: str) -> Steps[None]:
    """Stops an agent, unless somebody else has said already that it is gone.

    Args:
        town: Where it lived.
        held: The agent as it was read.
        reason: Why, for the events.
    """
    key, name = held.value.id, held.value.name
    while True:
        try:
            held = yield Ask(lambda: town.store.agents[key])
            if held.value.gone:
                break
            mine: list[Held[Task]] = yield Ask(lambda: town.store.held_by(key))
            change = town.change()
            for task in mine:
                after, what = let_go(task.value, crashed=False)
                change.change_task(task, after)
                change.events.append(task_event(what, after, name, reason=f"agent {name} left: {reason}"))
            change.sort_mail(key, {task.value.id for task in mine}, ())
            stopped = held.value.end(AgentState.STOPPED)
            change.change_agent(held, stopped)
            change.events.append(agent_event(stopped))
            with suppress(StaleError):
                yield from town.commit(change)
        except RedisUnreachableError:
            yield from town.await_store()
    town.pulses.pop(key, None)
