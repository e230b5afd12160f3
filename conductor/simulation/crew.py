"""Who is hired: the agents that a conductor starts, under their names of the past if they had lived before."""

from collections import Counter
from uuid import UUID

from conductor.board import Board
from conductor.simulation.agent import Worker
from conductor.simulation.pulse import Pulse
from conductor.simulation.steps import Steps, micros
from conductor.simulation.town import Town
from conductor.team import missing
from tinytown.agents import Agent, Wish
from tinytown.errors import StaleError
from tinytown.events import agent_event
from tinytown.ids import task_id
from tinytown.record import Held
from tinytown.states import AgentState

TRIES = 3
"""An agent that was started so many times and got nothing done, and killed by no task, is given up."""


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
        self.lives: Counter[str] = Counter()
        self.too_many: set[str] = set()
        """Agents that max_agents keeps away."""

    def start(self, wish: Wish) -> Steps[bool]:
        """Registers an agent and starts its process.

        Returns:
            Whether it did: an old process of it may live, or it may be one too many.
        """
        key = agent_id(wish.name)
        if not self._town.is_dead(key):
            return False
        if self._others(wish.name) >= self._town.setting.max_agents:
            self.too_many.add(wish.name)
            return False
        self._town.starting.add(key)
        try:
            return (yield from self._start(key, wish))
        except StaleError:
            return False
        finally:
            self._town.starting.discard(key)

    def _start(self, key: UUID, wish: Wish) -> Steps[bool]:
        town = self._town
        past = town.store.agents.get(key)
        change = town.change()
        held = change.change_agent(past, _registered(wish, past))
        change.events.append(agent_event(held.value, cli=wish.cli))
        pulse = Pulse(town.agenda.now, micros(town.setting.heartbeat), micros(town.setting.dead_after))
        town.pulses[key] = pulse
        yield from town.commit(change)
        self.lives[wish.name] += 1
        worker = Worker(town, held, pulse, self.lives[wish.name])
        process = town.agenda.start(wish.name, worker.live())
        town.heart(process, pulse)
        town.processes[key] = process
        return True

    def _others(self, name: str) -> int:
        return sum(
            held.value.name != name and not held.value.gone and not self._town.is_dead(key)
            for key, held in self._town.store.agents.items()
        )


class Recruiter:
    """Hires for one conductor.

    Args:
        town: Where.
        crew: Whom it starts.
        board: Whom the plan needs and has.
    """

    def __init__(self, town: Town, crew: Crew, board: Board) -> None:
        self._town = town
        self._crew = crew
        self._board = board
        self._tries: Counter[str] = Counter()
        self._done: dict[str, int] = {}
        self._crashes = 0

    def recruit(self) -> Steps[bool]:
        """Starts whoever is missing. Returns whether anybody was started."""
        crashes = sum(task.crashes for task in self._board.tasks.values())
        if crashes > self._crashes:  # deaths under a task are bounded by its crash limit, which must be reached
            self._tries.clear()
        self._crashes = crashes
        for held in self._board.agents.values():
            agent = held.value
            if agent.tasks_completed > self._done.get(agent.name, 0):
                self._tries.pop(agent.name, None)
            self._done[agent.name] = agent.tasks_completed
        started = False
        for wish in missing(self._board, self._town.setting.hiring):
            hopeless = self._tries[wish.name] >= TRIES or wish.name in self._crew.too_many
            if not hopeless and (yield from self._crew.start(wish)):
                self._tries[wish.name] += 1
                started = True
        return started


def _registered(wish: Wish, past: Held[Agent] | None) -> Agent:
    traits = {"role": wish.role, "team": wish.team}
    if past is None:
        return Agent.new(wish.name, wish.cli, id=agent_id(wish.name), **traits)
    return past.value.become(AgentState.STARTING, cli=wish.cli, **traits, stop_now=False)
