"""Agents in Redis: who there is, who is alive, and who is meant by a name."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from tinytown.agents import Agent
from tinytown.connection import Connection
from tinytown.errors import UnknownAgentError
from tinytown.ids import CONDUCTOR_ID, CONDUCTOR_NAMES, nearest
from tinytown.keys import Keys
from tinytown.record import Held


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
        """The agent that a person means: its name, or its full id.

        Raises:
            UnknownAgentError: There is none.
        """
        held = self.named(reference)
        if held is None:
            try:
                held = self.get(UUID(reference))
            except ValueError:
                held = None
        if held is not None:
            return held
        names = [other.value.name for other in self.all().values()]
        folded = [name for name in names if name.lower() == reference.lower()]
        if len(folded) == 1 and (held := self.named(folded[0])) is not None:
            return held
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
