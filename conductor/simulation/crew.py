"""The agents of a simulated town: how one is registered and its process started, under its name of the past."""

from collections import Counter
from uuid import UUID

from conductor.simulation.agent import Worker
from conductor.simulation.pulse import Pulse
from conductor.simulation.steps import Steps, micros
from conductor.simulation.town import Town
from tinytown.agents import Agent, Wish
from tinytown.errors import RedisUnreachableError
from tinytown.events import agent_event
from tinytown.ids import task_id
from tinytown.record import Held
from tinytown.states import AgentState


def agent_id(name: str) -> UUID:
    """The id of a simulated agent: always the same for a name."""
    return task_id("simulated agents", name)


class Crew:
    """The agents of a simulated town, and how often each was started.

    Args:
        town: The town.
    """

    def __init__(self, town: Town) -> None:
        self._town = town
        self._lives: Counter[str] = Counter()

    def start(self, wish: Wish) -> Steps[bool]:
        """Registers an agent and starts its process.

        Returns:
            Whether it did: an old process of it may live, or it may be one too many.

        Raises:
            StaleError: Somebody else has changed it meanwhile.
        """
        town, key = self._town, agent_id(wish.name)
        if not town.is_dead(key):
            return False
        town.starting.add(key)
        try:
            return (yield from self._start(key, wish))
        finally:
            town.starting.discard(key)

    def _start(self, key: UUID, wish: Wish) -> Steps[bool]:
        town, setting = self._town, self._town.setting
        held: Held[Agent] | None = None
        while held is None:
            if self._others(wish.name) >= setting.max_agents:
                return False
            pulse = Pulse(town.agenda.now, micros(setting.heartbeat), micros(setting.dead_after))
            held = yield from self._register(key, wish, pulse)
        self._lives[wish.name] += 1
        idle_timeout = micros(wish.idle_timeout or setting.idle_timeout)
        worker = Worker(town, held, pulse, self._lives[wish.name], idle_timeout)
        process = town.agenda.start(wish.name, worker.live())
        town.heart(process, pulse)
        town.processes[key] = process
        return True

    def _register(self, key: UUID, wish: Wish, pulse: Pulse) -> Steps[Held[Agent] | None]:
        """Writes an agent as starting. Returns it; None if the store went away: then it is not known."""
        past = self._town.store.agents.get(key)
        change = self._town.change()
        held = change.change_agent(past, _registered(wish, past))
        change.events.append(agent_event(held.value, cli=wish.cli))
        self._town.pulses[key] = pulse
        try:
            yield from self._town.commit(change)
        except RedisUnreachableError:
            yield from self._town.await_store()
            return None
        return held

    def _others(self, name: str) -> int:
        alive = set(self._town.alive())
        return sum(
            held.value.name != name and (key in alive or held.value.state is AgentState.STARTING)
            for key, held in self._town.store.agents.items()
            if not held.value.gone
        )


def _registered(wish: Wish, past: Held[Agent] | None) -> Agent:
    if past is not None:
        return past.value.start(wish)
    return Agent.new(wish.name, wish.cli, id=agent_id(wish.name), role=wish.role, team=wish.team, hired=wish.hired)
