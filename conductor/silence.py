"""How long each agent has not been heard, by the conductor's own clock. Pure.

A heartbeat that has expired is not yet a death: if Redis was frozen, or the clock of its machine jumped, all of
them expire at once though everybody lives. So an agent's silence is reckoned from the last new beat that was seen,
and only while somebody looked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self
from uuid import UUID

LONGEST_GAP = 3.0
"""More seconds than these between two looks do not count: sweeps come every two, so we were frozen ourselves."""


@dataclass(frozen=True, slots=True)
class Silence:
    """What is known after a look.

    `seconds` is for how long each agent was not heard, `beats` the last beat of each that was seen, `looked_at` the
    moment of the look (monotonic).
    """

    looked_at: float
    seconds: Mapping[UUID, float] = field(default_factory=dict)
    beats: Mapping[UUID, datetime] = field(default_factory=dict)

    def look(self, agents: Iterable[UUID], beats: Mapping[UUID, datetime], moment: float, enough: float) -> Self:
        """After another look.

        Args:
            agents: Everybody.
            beats: The heartbeats that have not expired.
            moment: The present moment, monotonic.
            enough: Seconds of silence that count as death; more are not counted. Of the time since the last look
                half of that counts at most, if LONGEST_GAP does not allow less: one look alone proves nothing.
        """
        passed = min(moment - self.looked_at, LONGEST_GAP, enough / 2)
        last = {agent: beats.get(agent) or self.beats.get(agent) for agent in agents}
        return type(self)(
            moment,
            {
                agent: min(self.seconds[agent] + passed, enough)
                if agent in self.seconds and beat == self.beats.get(agent)
                else 0.0
                for agent, beat in last.items()
            },
            {agent: beat for agent, beat in last.items() if beat is not None},
        )
