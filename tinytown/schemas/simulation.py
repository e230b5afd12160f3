"""The document of `tt simulate`. Times in seconds."""

from pydantic import Field

from tinytown.schemas.shape import Shape


class Settings(Shape):
    """What was simulated."""

    faults: dict[str, float]
    spread: float
    approve_after: float | None
    max_agents: int | None


class Failing(Shape):
    """A task, and in how many runs it did not complete."""

    id: str
    runs: int


class Outcome(Shape):
    """One run in short."""

    seed: int
    makespan: float
    ok: bool
    completed: int
    unfinished: tuple[str, ...]
    faults: int


class Chain(Shape):
    """The longest chain by the estimates."""

    path: tuple[str, ...]
    seconds: float


class Attempt(Shape):
    """One attempt at a task."""

    id: str
    attempt: int
    agent: str | None
    assigned: float
    started: float
    ended: float
    end: str
    why: str | None


class Link(Attempt):
    """An attempt of the chain that decided how long the run took, and what it waited for before."""

    waited: float
    reason: str | None = Field(alias="for")


class Use(Shape):
    """How busy an agent was."""

    agent: str
    busy: float
    utilisation: float
    attempts: int


class Bound(Shape):
    """How long a limit held work back."""

    kind: str
    name: str | None
    seconds: float
    most: int


class Unfinished(Shape):
    """A task that did not complete, and why."""

    id: str
    state: str
    why: str


class Run(Shape):
    """One run in full."""

    seed: int
    makespan: float
    tasks: dict[str, int]
    unfinished: tuple[Unfinished, ...]
    chain: tuple[Link, ...]
    agents: tuple[Use, ...]
    attempts: tuple[Attempt, ...]
    faults: dict[str, int]
    limits: tuple[Bound, ...]


class Hint(Shape):
    """What would make it faster, and by how much."""

    change: str
    what: tuple[str | None, ...]
    more: int
    saves: float


class Simulation(Shape):
    """All that a simulation knows."""

    file: str
    ok: bool
    settings: Settings
    makespan: dict[str, float]
    unsuccessful: tuple[int, ...]
    failing: tuple[Failing, ...]
    runs: tuple[Outcome, ...]
    planned: Chain
    run: Run
    hints: tuple[Hint, ...]
