"""Who runs this command: an agent's coding CLI, or a person."""

import getpass
import os

from tinytown.agents import Agent
from tinytown.errors import UnknownAgentError, UsageError
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


def who(town: Town) -> str:
    """The name of the agent or the person that runs this command."""
    agent = own_agent(town)
    return f'agent "{agent.name}"' if agent is not None else _user()


def person(town: Town, verb: str) -> str:
    """The name of the person who runs this command.

    Args:
        town: The town.
        verb: What is to be done, for the refusal.

    Raises:
        UsageError: It is an agent.
    """
    agent = own_agent(town)
    if agent is not None:
        raise UsageError(
            f'agent "{agent.name}" cannot {verb} a task; that is for a person to do',
            "Ask a person to run this command outside of an agent.",
        )
    return _user()


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user id without a name, as in some containers
        return f"user {os.getuid()}"
