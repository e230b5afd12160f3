"""The plan: what a checked file means, with every default applied."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, Self

from planner.document import Document
from planner.graph import groups
from planner.schema import CheckedFile, TaskTable
from planner.source import Span
from tinytown.errors import StoreError
from tinytown.record import Record
from tinytown.states import TaskState
from tinytown.tasks import Priority, When


class Entry(NamedTuple):
    """One task as the file means it. The base of the three-way comparison is made of these too.

    `status` is None where the file does not say one: no opinion. A base always has one.
    """

    id: str
    description: str
    agent: str | None = None
    role: str | None = None
    status: TaskState | None = None
    tags: tuple[str, ...] = ()
    parent: str | None = None
    needs: tuple[str, ...] = ()
    run: str | None = None
    accept: str | None = None
    when: When = When.ALL_SUCCESS
    retries: int = 0
    retry_delay: str | None = None
    timeout: str | None = None
    priority: Priority = Priority.NORMAL
    estimate: str | None = None
    approval: bool = False
    pool: str | None = None
    was: str | None = None
    group: bool = False
    order: int = 0

    def evolve(self, **changes: Any) -> Self:
        """A new value with some fields changed. The caller vouches for their types."""
        return self._replace(**changes)

    def said(self) -> dict[str, Any]:
        """What differs from the defaults, as plain values, under the keys of the file."""
        pairs = zip(self._fields, self, _DEFAULTS, strict=True)
        return {
            key: list(value) if isinstance(value, tuple) else value for key, value, usual in pairs if value != usual
        }

    def to_json(self) -> str:
        """The text that Redis holds."""
        return json.dumps(self.said(), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Reads what `to_json` wrote, by this or another version.

        Raises:
            StoreError: The text is no such value.
        """
        try:
            told = json.loads(text)
            read = {key: _READ.get(key, _same)(told[key]) for key in cls._fields if key in told}
            return cls(**read)
        except (TypeError, ValueError):
            raise StoreError(
                f"the plan in Redis holds something that is no entry: {text[:60]}", "Push the plan again."
            ) from None


def _same(value: Any) -> Any:
    return value


_NOTHING: Any = object()
_DEFAULTS = tuple(Entry._field_defaults.get(key, _NOTHING) for key in Entry._fields)
_READ: Mapping[str, Callable[[Any], Any]] = {
    "status": lambda value: None if value is None else TaskState(value),
    "priority": Priority,
    "when": When,
    "tags": tuple,
    "needs": tuple,
}


class TeamMember(Record):
    """One `[agents.NAME]`: an agent, or several alike."""

    name: str
    cli: str | None = None
    role: str | None = None
    replicas: int = 1
    idle_timeout: str | None = None


@dataclass(frozen=True)
class Plan:
    """The wish, free of errors.

    Args:
        description: Of the whole.
        default_agent: For tasks that name nobody; in the entries it is applied already.
        on_failure: `continue` or `stop`.
        max_parallel: At most so many tasks assigned or running at once; None for no limit.
        pools: Named limits.
        team: Who is to do it; empty if the file does not say.
        entries: The tasks, in the file's order.
        document: The file, for the places.
    """

    description: str | None
    default_agent: str | None
    on_failure: str
    max_parallel: int | None
    pools: Mapping[str, int]
    team: tuple[TeamMember, ...]
    entries: tuple[Entry, ...]
    document: Document = field(repr=False, compare=False)

    @property
    def meta(self) -> dict[str, Any]:
        """What belongs to the plan as a whole, but for the team: what differs from the defaults, for Redis."""
        told = {
            "description": self.description,
            "default_agent": self.default_agent,
            "on_failure": None if self.on_failure == "continue" else self.on_failure,
            "max_parallel": self.max_parallel,
            "pools": dict(self.pools) or None,
        }
        return {key: value for key, value in told.items() if value is not None}

    @cached_property
    def by_id(self) -> Mapping[str, Entry]:
        """The tasks by id."""
        return {entry.id: entry for entry in self.entries}

    def place(self, task: str, key: str | None = None) -> Span | None:
        """Where a key of a task stands, or the task itself if the key is not written; None if neither is.

        Args:
            task: The task's id.
            key: A key such as `agent`.
        """
        entry = self.by_id.get(task)
        if entry is None:
            return None
        path = ("tasks", entry.order)
        if key is None or not self.document.has((*path, key)):
            return self.document.place(path).key
        return self.document.place((*path, key)).value


# Looking a member up by its value is several times as quick as calling the enumeration.
_STATES = {state.value: state for state in TaskState}
_PRIORITIES = {priority.value: priority for priority in Priority}
_WHENS = {when.value: when for when in When}


def resolve(file: CheckedFile, document: Document) -> Plan:
    """What a file means.

    Args:
        file: The file, checked.
        document: The text that it was read from.
    """
    grouped = groups(file.tasks)
    default = file.meta.default_agent
    return Plan(
        description=file.meta.description,
        default_agent=default,
        on_failure=file.meta.on_failure,
        max_parallel=file.meta.max_parallel,
        pools=file.pools,
        team=tuple(
            TeamMember(
                name=name,
                cli=agent.cli,
                role=agent.role,
                replicas=agent.replicas,
                idle_timeout=agent.idle_timeout,
            )
            for name, agent in file.agents.items()
        ),
        entries=tuple(
            _entry(task, order, default, group=task.id in grouped) for order, task in enumerate(file.tasks)
        ),
        document=document,
    )


def _entry(task: TaskTable, order: int, default: str | None, *, group: bool) -> Entry:
    nobody = not (task.agent or task.role or task.run or group)
    return Entry(
        id=task.id,
        description=task.description or task.run or "",
        agent=default if nobody else task.agent,
        role=task.role,
        status=_STATES[task.status] if task.status else None,
        tags=tuple(task.tags),
        parent=task.parent,
        needs=tuple(task.needs),
        run=task.run,
        accept=task.accept,
        when=_WHENS[task.when],
        retries=task.retries,
        retry_delay=task.retry_delay,
        timeout=task.timeout,
        priority=_PRIORITIES[task.priority],
        estimate=task.estimate,
        approval=task.approval,
        pool=task.pool,
        was=task.was,
        group=group,
        order=order,
    )
