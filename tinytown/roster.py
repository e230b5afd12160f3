"""Agents in Redis: who there is, who is alive, and who is meant by a name."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from tinytown.agents import Agent
from tinytown.connection import Connection
from tinytown.errors import AmbiguousError, UnknownAgentError
from tinytown.ids import CONDUCTOR_ID, CONDUCTOR_NAMES, nearest
from tinytown.keys import Keys
from tinytown.record import Held

_LEAST_DIGITS = 4
"""Fewer digits of an id are too easily a slip in a name."""

_MOST_NAMED = 5


class Roster:
    """The town's agents.

    Args:
        connection: An open connection.
        keys: The town's keys.
    """

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    def get(self, agent: UUID) -> Held[Agent] | None:
        """One agent, or None."""
        text = self._connection.run("GET", self._keys.agent(agent))
        return None if text is None else Held(Agent.from_json(text), text)

    def named(self, name: str) -> Held[Agent] | None:
        """The agent of exactly this name, or None."""
        agent = self._connection.run("HGET", self._keys.agents, name)
        return None if agent is None else self.get(UUID(agent))

    def all(self) -> dict[UUID, Held[Agent]]:
        """Every agent, by name."""
        flat = self._connection.run("HGETALL", self._keys.agents)
        pairs = sorted(zip(flat[::2], flat[1::2], strict=True))
        if not pairs:
            return {}
        texts = self._connection.run("MGET", *(self._keys.agent(agent) for _, agent in pairs))
        return {
            UUID(agent): Held(Agent.from_json(text), text)
            for (_, agent), text in zip(pairs, texts, strict=True)
            if text is not None
        }

    def heartbeats(self, agents: Mapping[UUID, object]) -> dict[UUID, datetime]:
        """When each of these agents last beat; those whose heartbeat has expired are missing."""
        if not agents:
            return {}
        texts = self._connection.run("MGET", *(self._keys.alive(agent) for agent in agents))
        return {
            agent: datetime.fromisoformat(text)
            for agent, text in zip(agents, texts, strict=True)
            if text is not None
        }

    def shown(self) -> list[tuple[Agent, bool, int]]:
        """Every agent with its last heartbeat, whether it is alive, and its inbox's length."""
        agents = self.all()
        beats = self.heartbeats(agents)
        lengths = self._connection.run_all([("LLEN", self._keys.inbox(agent)) for agent in agents])
        return [
            (
                held.value.evolve(last_heartbeat=beats.get(agent, held.value.last_heartbeat)),
                agent in beats,
                int(length),
            )
            for (agent, held), length in zip(agents.items(), lengths, strict=True)
        ]

    def find(self, reference: str) -> Held[Agent]:
        """The agent that a person means.

        Its exact name or its full id comes first; then whatever it fits without regard to case: a name, a nickname,
        the beginning of an id.

        Args:
            reference: A name, a nickname, an id, or at least the first four digits of one.

        Raises:
            UnknownAgentError: There is none.
            AmbiguousError: There are several.
        """
        held = self.named(reference)
        if held is None:
            with suppress(ValueError):
                held = self.get(UUID(reference))
        if held is not None:
            return held
        everybody = list(self.all().values())
        fitting = [one for one in everybody if _fits(one.value, reference)]
        if len(fitting) > 1:
            some = ", ".join(f"{one.value.label} {str(one.value.id)[:8]}" for one in fitting[:_MOST_NAMED])
            raise AmbiguousError(
                f'"{reference}" fits {len(fitting)} agents: {some}', "Write the name as it is, or more of the id."
            )
        if fitting:
            return fitting[0]
        names = [name for one in everybody for name in (one.value.name, one.value.nickname) if name]
        guess = nearest(reference, names)
        hint = f'Did you mean "{guess}"? ' if guess else ""
        raise UnknownAgentError(
            f'no agent is called "{reference}"',
            f"{hint}`tt list` lists them, `tt spawn {reference}` starts one.",
        )

    def mailbox(self, reference: str) -> UUID:
        """The id that a message to `reference` goes to: an agent's, or the conductor's.

        Raises:
            UnknownAgentError: There is none.
        """
        if reference.strip().lower() in CONDUCTOR_NAMES:
            return CONDUCTOR_ID
        return self.find(reference).value.id


def _fits(agent: Agent, reference: str) -> bool:
    """Whether a name, a nickname or the beginning of an id could mean this agent."""
    wanted = reference.casefold()
    if wanted in (agent.name.casefold(), (agent.nickname or agent.name).casefold()):
        return True
    return len(wanted) >= _LEAST_DIGITS and str(agent.id).startswith(wanted)
