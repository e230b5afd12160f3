"""Who runs this command: an agent's coding CLI, or a person."""

import os

from tinytown.agents import Agent
from tinytown.errors import UnknownAgentError
from tinytown.ids import CONDUCTOR_ID
from tinytown.town import Town, own_id

NAME_VARIABLE = "TINYTOWN_AGENT_NAME"


def own_agent(town: Town) -> Agent | None:
    """The agent that this process works for, or None for a person.

    Raises:
        UnknownAgentError: The environment names an agent that is not there.
    """
    agent = own_id()
    if agent != CONDUCTOR_ID:
        held = town.roster.get(agent)
        if held is None:
            raise UnknownAgentError(
                f"TINYTOWN_AGENT_ID names {agent}, whom this town does not know",
                "Unset it, or set TINYTOWN_TOWN to the agent's town.",
            )
        return held.value
    name = os.environ.get(NAME_VARIABLE)
    return town.roster.find(name).value if name else None
