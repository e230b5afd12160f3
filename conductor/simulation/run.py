"""One simulated run of a plan, from its beginning until nothing more can happen."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from conductor.board import Board
from conductor.simulation.bounds import Bound, Bounds, Held
from conductor.simulation.chief import Chief
from conductor.simulation.crew import Crew
from conductor.simulation.person import Person
from conductor.simulation.setting import Setting
from conductor.simulation.steps import SECOND, DiedError, Sleep, Steps
from conductor.simulation.town import Town
from conductor.summary import Summary, summarize
from tinytown.clock import following
from tinytown.events import Event
from tinytown.tasks import Task

_RESTART = 5 * SECOND
"""A conductor that died is started anew after so long."""


@dataclass(frozen=True)
class Run:
    """What came of one run. Moments and spans are microseconds since its beginning.

    Args:
        seed: What decided on every chance.
        setting: What was simulated.
        tasks: The tasks as they are in the end.
        events: All that happened, in order.
        moments: When each of them did.
        board: The end as a conductor sees it.
        summary: What completed, and why the rest did not.
        makespan: When the last task moved.
        struck: How often each fault has struck.
        bounds: What held ready tasks back.
        steps: How many steps it took.
    """

    seed: int
    setting: Setting
    tasks: Mapping[UUID, Task]
    events: tuple[Event, ...]
    moments: tuple[int, ...]
    board: Board
    summary: Summary
    makespan: int
    struck: Mapping[str, int]
    bounds: Mapping[Bound, Held]
    steps: int

    @property
    def ok(self) -> bool:
        """Whether nothing failed and nothing is blocked."""
        return not self.summary.blocked


def simulate(setting: Setting, seed: int = 0) -> Run:
    """Runs a plan.

    Args:
        setting: The plan, its agents, and what may go wrong.
        seed: Decides on every chance: the same seed gives the same run.

    Raises:
        EndlessError: It does not come to an end.
    """
    town = Town(setting, seed)
    with following(town.moment):
        bounds = Bounds(setting.hiring, setting.max_agents)
        crew, person = Crew(town), Person(town)
        names = ("conductor", "standby") if setting.faults.conductor else ("conductor",)
        for name in names:
            town.agenda.start(name, _office(town, crew, person, bounds, name))
        town.agenda.run()
        return _told(town, bounds, seed)


def _office(town: Town, crew: Crew, person: Person, bounds: Bounds, name: str) -> Steps[None]:
    """A conductor, and after its death the next one in its place."""
    life = 0
    while True:
        life += 1
        chief = Chief(town, crew, person, bounds, f"{name}.{life}")
        try:
            yield from chief.reign()
        except DiedError:
            town.silence(chief.pulse)
            yield Sleep(_RESTART)


def _told(town: Town, bounds: Bounds, seed: int) -> Run:
    store = town.store
    board = Board(town.setting.unassigned_to)
    board.policy = town.setting.policy
    board.load_tasks(store.tasks)
    board.see_agents(store.agents, town.alive())
    moved = [moment for event, moment in zip(store.events, store.moments, strict=True) if event.task is not None]
    makespan = max(moved, default=0)
    bounds.note(makespan, board)
    plan = [task.plan_id for task in town.setting.tasks if task.plan_id]
    return Run(
        seed=seed,
        setting=town.setting,
        tasks={key: held.value for key, held in store.tasks.items()},
        events=tuple(store.events),
        moments=tuple(store.moments),
        board=board,
        summary=summarize(board, (), town.moment(), makespan / SECOND, plan),
        makespan=makespan,
        struck=dict(sorted(town.struck.items())),
        bounds=bounds.found(),
        steps=town.agenda.steps,
    )
