"""The form of tasks.toml: which keys there are, and of what type."""

from typing import Any, Literal, NewType

from pydantic import BaseModel, ConfigDict, Field

PLANNED_KEYS = frozenset(
    {
        "pools",
        "pool",
        "on_failure",
        "max_parallel",
        "when",
        "retries",
        "retry_delay",
        "estimate",
        "approval",
        "was",
    }
)
"""Keys that are designed and not built: refused, so that nobody relies on what is ignored."""


class _Table(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class MetaTable(_Table):
    """`[meta]`."""

    description: str | None = None
    default_agent: str | None = None


class AgentTable(_Table):
    """`[agents.NAME]`: one member of the team, or several alike."""

    cli: str | None = None
    role: str | None = None
    replicas: int = Field(default=1, ge=1)


class TaskTable(_Table):
    """`[[tasks]]`, as it is written."""

    id: str
    description: str | None = None
    agent: str | None = None
    role: str | None = None
    status: str | None = None
    tags: list[str] = Field(default_factory=list)
    parent: str | None = None
    needs: list[str] = Field(default_factory=list)
    run: str | None = None
    accept: str | None = None
    timeout: str | None = None
    priority: Literal["low", "normal", "high", "urgent"] = "normal"


class PlanFile(_Table):
    """The whole file."""

    meta: MetaTable = Field(default_factory=MetaTable)
    agents: dict[str, AgentTable] = Field(default_factory=dict)
    tasks: list[TaskTable] = Field(default_factory=list)


CheckedFile = NewType("CheckedFile", PlanFile)
"""A file in which `planner.rules.check` found no error. Only such a one becomes a Plan."""


def known_keys(path: tuple[Any, ...]) -> frozenset[str]:
    """The keys that the table which holds the key at `path` may have."""
    match path:
        case (_,):
            return frozenset(PlanFile.model_fields)
        case ("meta", _):
            return frozenset(MetaTable.model_fields)
        case ("agents", _, _):
            return frozenset(AgentTable.model_fields)
        case ("tasks", int(), _):
            return frozenset(TaskTable.model_fields)
    return frozenset()
