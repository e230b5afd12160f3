"""The plan as data, for JSON."""

from typing import Any

from planner.graph import graph_of
from planner.plan import Plan
from planner.views.state import States, state_of


def plan_data(plan: Plan, live: States | None = None) -> dict[str, Any]:
    """The plan for JSON.

    Args:
        plan: The plan.
        live: The states in Redis by plan id; where there is none, the file's status stands.
    """
    waves = graph_of(plan.entries).waves()
    return {
        "meta": {"description": plan.description, "default_agent": plan.default_agent},
        "agents": [member.model_dump(mode="json") for member in plan.team],
        "tasks": [
            {
                "id": entry.id,
                "description": entry.description,
                "state": state_of(entry, live).value,
                "agent": entry.agent,
                "role": entry.role,
                "parent": entry.parent,
                "needs": list(entry.needs),
                "group": entry.group,
                "wave": waves[entry.id],
                "run": entry.run,
                "accept": entry.accept,
                "timeout": entry.timeout,
                "priority": entry.priority.value,
                "tags": list(entry.tags),
            }
            for entry in plan.entries
        ],
    }
