"""The documents about the plan, and about reconciling it with Redis."""

from typing import Any, Literal

from tinytown.schemas.shape import Open, Shape, sometimes
from tinytown.schemas.town import Eta
from tinytown.states import TaskState
from tinytown.tasks import Priority, When


class Meta(Shape):
    """What `[meta]` and `[pools]` say."""

    description: str | None
    default_agent: str | None
    on_failure: Literal["continue", "stop"]
    max_parallel: int | None
    pools: dict[str, int]


class Member(Open):
    """One `[agents.NAME]`."""

    name: str
    cli: str | None
    role: str | None
    replicas: int
    idle_timeout: str | None


class Path(Shape):
    """The longest chain of tasks."""

    tasks: tuple[str, ...]
    seconds: float | None


class Left(Shape):
    """What is still to be done."""

    critical_path: Path
    work_seconds: float | None
    tasks: int


class Planned(Shape):
    """A task of the plan, with its present state."""

    id: str
    description: str
    state: TaskState
    agent: str | None
    role: str | None
    parent: str | None
    needs: tuple[str, ...]
    group: bool
    wave: int
    critical: bool
    completed: int | None
    members: int | None
    held_by: str | None
    attempt: int | None
    run: str | None
    accept: str | None
    when: When
    retries: int
    retry_delay: str | None
    timeout: str | None
    priority: Priority
    estimate: str | None
    took: float | None
    approval: bool
    pool: str | None
    tags: tuple[str, ...]
    was: str | None


class Plan(Shape):
    """The plan: its tasks, and what it takes. Times in seconds."""

    meta: Meta
    agents: tuple[Member, ...]
    progress: dict[str, int]
    critical_path: Path
    work_seconds: float | None
    left: Left
    unestimated: int
    known_by: dict[str, int]
    eta: Eta | None
    tasks: tuple[Planned, ...]


class Difference(Shape):
    """A field that differs, or a whole task if `field` is null."""

    id: str | None
    field: str | None
    base: Any
    file: Any
    live: Any
    line: int | None
    column: int | None


class Reasoned(Difference):
    """A difference that is not settled, and why."""

    reason: str | None


class Sync(Shape):
    """What a push or a pull does or would do."""

    create: tuple[Difference, ...]
    update: tuple[Difference, ...]
    delete: tuple[Difference, ...]
    conflicts: tuple[Reasoned, ...]
    kept: tuple[Reasoned, ...]
    unchanged: int
    unfinished: bool


class Reason(Open):
    """One thing that keeps a task from being released; what it is about stands beside."""

    code: Literal[
        "not_pending",
        "not_needed",
        "waits_for",
        "prerequisite_failed",
        "not_approved",
        "delayed",
        "agent_missing",
        "agent_paused",
        "agent_draining",
        "agent_dead",
        "limit",
        "town_paused",
        "no_conductor",
    ]
    message: str


class Why(Shape):
    """All that keeps a task from being released; no reasons if it is about to be."""

    id: str
    state: TaskState
    reasons: tuple[Reason, ...]


class Place(Shape):
    """A place that a finding refers to."""

    file: str
    line: int
    column: int
    message: str


class Finding(Shape):
    """One thing that is wrong with the plan. Lines and columns from 1, columns in characters."""

    code: str
    severity: Literal["error", "warning"]
    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    message: str
    help: str | None
    related: tuple[Place, ...]


class Explanation(Shape):
    """What a code of a finding means."""

    code: str
    severity: Literal["error", "warning"]
    title: str
    what: str
    why: str
    bad: str
    good: str
    fix: str | None


class Edited(Shape):
    """What a change of tasks.toml did."""

    file: str
    id: str | None = sometimes()
    line: int | None = sometimes()
    changed: tuple[str, ...] | None = sometimes("The keys that were changed.")
    moved: bool | None = sometimes()
    was: str | None = sometimes("The old id.")
    references: int | None = sometimes("How many places named it.")
    removed: tuple[str, ...] | None = sometimes()
    reparented: tuple[str, ...] | None = sometimes()
    needs_dropped: dict[str, tuple[str, ...]] | None = sometimes()
    diff: str | None = sometimes("With --dry-run: the change as a unified diff.")


class Loss(Shape):
    """Something that an import could not take over."""

    where: str
    what: str
    why: str


class Imported(Shape):
    """What an import made."""

    file: str
    tasks: int
    skipped: tuple[Loss, ...]
