"""Whose work must be freed. Pure."""

from tinytown.agents import Agent


def is_lost(agent: Agent, *, load: int, dead: bool, silent: bool) -> bool:
    """Whether an agent's work must be freed.

    Because it is dead, or because it left in good order just when a task was on its way to it.

    Args:
        agent: The agent.
        load: How many tasks it has in its hands.
        dead: Whether its process is gone for certain.
        silent: Whether it was not heard for so long that it counts as dead.
    """
    if agent.gone:
        return load > 0
    return dead or silent
