"""What is simulated: a plan, who does it, and what may go wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from conductor.policy import Policy
from conductor.simulation.faults import Faults
from conductor.team import Hiring, Member
from tinytown.config import AgentSection
from tinytown.tasks import Task

_PULSE = AgentSection()


def _nobody_special() -> Hiring:
    return Hiring({}, "echo")


@dataclass(frozen=True, slots=True)
class Setting:
    """One simulation, but for its seed.

    Args:
        tasks: The tasks as a push writes them.
        policy: The plan's limits, and what a failure stops.
        hiring: How missing agents are started.
        faults: What may go wrong.
        spread: An attempt takes this much longer or shorter than the task's length, at most: 0.2 for a fifth.
        approve_after: Seconds until a person approves what waits for it; None for never.
        max_agents: At most so many agents live at once.
        unassigned_to: The agent for tasks that name nobody; None for the backlog.
        heartbeat: Seconds between two beats of an agent's heart.
        dead_after: Seconds of silence that count as an agent's death.
        idle_timeout: Seconds without work after which an agent leaves, if its wish does not say; 0 for never.
    """

    tasks: tuple[Task, ...]
    policy: Policy = field(default_factory=Policy)
    hiring: Hiring = field(default_factory=_nobody_special)
    faults: Faults = field(default_factory=Faults)
    spread: float = 0.0
    approve_after: float | None = 0.0
    max_agents: int = 10
    unassigned_to: str | None = None
    heartbeat: float = _PULSE.heartbeat_secs
    dead_after: float = _PULSE.dead_after_secs
    idle_timeout: float = _PULSE.idle_timeout_secs

    @property
    def team(self) -> Mapping[str, Member]:
        """The plan's own agents."""
        return self.hiring.team
