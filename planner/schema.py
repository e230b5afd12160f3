"""The form of tasks.toml: which keys there are, and of what type."""

from typing import Any, Literal, NewType

from pydantic import BaseModel, ConfigDict, Field


class _Table(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class MetaTable(_Table):
    """`[meta]`: what belongs to the plan as a whole."""

    description: str | None = Field(None, description="What the whole plan is for.")
    default_agent: str | None = Field(None, description="Does the tasks that name nobody.")
    on_failure: Literal["continue", "stop"] = Field(
        "continue", description="Whether to release more tasks after one has failed."
    )
    max_parallel: int | None = Field(
        None, ge=1, description="At most so many tasks assigned or running at once; absent: no limit."
    )


class AgentTable(_Table):
    """`[agents.NAME]`: one member of the team, or several alike."""

    cli: str | None = Field(None, description="The coding CLI that it runs: claude, codex, shell, echo …")
    role: str | None = Field(None, description='Tasks with `role = "…"` go to any agent of that role.')
    replicas: int = Field(1, ge=1, description="At most how many of it, as the work asks: NAME-1, NAME-2 …")
    idle_timeout: str | None = Field(
        None, description='One that a conductor started leaves after so long without work, such as "5m".'
    )


class TaskTable(_Table):
    """`[[tasks]]`, as it is written. The order of the keys here is that of `tt plan fmt`."""

    id: str = Field(description="Its identity across git and time: letters, digits, `.`, `_` and `-`.")
    was: str | None = Field(None, description="The id that it had before it was renamed.")
    description: str | None = Field(None, description="What is to be done: the prompt. `run` can stand in for it.")
    agent: str | None = Field(None, description="The name of the agent that does it.")
    role: str | None = Field(None, description="Any agent of this role does it.")
    status: str | None = Field(None, description="pending, assigned, running, completed, failed or cancelled.")
    tags: list[str] = Field(default_factory=list, description="Words to filter by.")
    parent: str | None = Field(None, description="The id of the task, or group, that it belongs to and waits for.")
    needs: list[str] = Field(default_factory=list, description="The ids of the tasks that must complete first.")
    run: str | None = Field(None, description="A shell command instead of a prompt.")
    accept: str | None = Field(None, description="A command run afterwards; only exit status 0 completes the task.")
    when: Literal["all_success", "all_done", "one_failed", "none_failed"] = Field(
        "all_success", description="Which outcomes of its prerequisites release it."
    )
    retries: int = Field(0, ge=0, description="How often a failed attempt is repeated.")
    retry_delay: str | None = Field(None, description='The pause before a retry, such as "30s"; it doubles.')
    timeout: str | None = Field(None, description='The longest that one attempt may take, such as "20m".')
    priority: Literal["low", "normal", "high", "urgent"] = Field("normal", description="What goes first.")
    pool: str | None = Field(None, description="The pool of [pools] that it takes a place of.")
    estimate: str | None = Field(None, description='How long it probably takes, such as "10m".')
    approval: bool = Field(default=False, description="Whether it waits for `tt approve` before it is released.")


class PlanFile(_Table):
    """tasks.toml: what is to be done, by whom, and what waits for what."""

    meta: MetaTable = Field(default_factory=MetaTable, description="What belongs to the plan as a whole.")
    pools: dict[str, int] = Field(default_factory=dict, description="Named limits: at most so many at once.")
    agents: dict[str, AgentTable] = Field(default_factory=dict, description="The team.")
    tasks: list[TaskTable] = Field(default_factory=list, description="The tasks.")


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
