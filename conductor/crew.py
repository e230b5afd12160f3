"""The agents as a forecast needs them: who can do what, and who is free. No I/O."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from conductor.queues import Target
from tinytown.agents import Agent
from tinytown.clis import SHELL

Queue = tuple[Target, str | None]
"""Tasks for the same agents that take a place of the same pool."""


class Crew:
    """The agents, and who of them is free. One that a task needs and that is not there is made up."""

    def __init__(self, agents: Sequence[Agent]) -> None:
        self._agents = sorted(agents, key=lambda agent: (agent.cli != SHELL, agent.name))
        self._numbers = {agent.id: number for number, agent in enumerate(self._agents)}
        self._busy = [0] * len(agents)
        self._able: dict[Queue, list[int]] = {}
        self._serves: defaultdict[int, list[Queue]] = defaultdict(list)
        self._hired: dict[Target, int] = {}
        self.missing: list[str] = []

    def of(self, agent: UUID) -> int:
        """An agent's number; one that takes nothing new has a number too."""
        if agent not in self._numbers:
            self._numbers[agent] = len(self._busy)
            self._busy.append(0)
        return self._numbers[agent]

    def serve(self, queue: Queue, sent_to: UUID | None) -> None:
        """A new queue: looks who can do its tasks.

        Args:
            queue: The queue.
            sent_to: The only agent that can, because the tasks lie in its inbox.
        """
        (kind, name), _ = queue
        if sent_to is not None:
            able = [self.of(sent_to)]
        else:
            able = [number for number, agent in enumerate(self._agents) if _fits(agent, kind, name)]
        self._able[queue] = able or [self._hire(queue[0])]
        for number in self._able[queue]:
            self._serves[number].append(queue)

    def free(self, queue: Queue) -> int | None:
        """An agent that is free for a task of a queue."""
        return next((number for number in self._able[queue] if not self._busy[number]), None)

    def take(self, number: int) -> None:
        self._busy[number] += 1

    def leave(self, number: int) -> Sequence[Queue]:
        """The queues that an agent can serve now that a task of its has ended."""
        self._busy[number] -= 1
        return self._serves[number]

    def _hire(self, target: Target) -> int:
        if target not in self._hired:
            self._hired[target] = len(self._busy)
            self._busy.append(0)
            self.missing.append(target[1] or "an agent")
        return self._hired[target]


def _fits(agent: Agent, kind: str, name: str) -> bool:
    if kind == "agent":
        return agent.answers_to(name)
    return kind == "any" or agent.role == name
