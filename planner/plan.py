"""The plan: what a checked file means, with every default applied."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from planner.document import Document
from planner.graph import groups
from planner.schema import CheckedFile, TaskTable
from planner.source import Span
from tinytown.record import Record
from tinytown.states import TaskState
from tinytown.tasks import Priority


class Entry(Record):
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
    timeout: str | None = None
    priority: Priority = Priority.NORMAL
    group: bool = False
    order: int = 0


class TeamMember(Record):
    """One `[agents.NAME]`: an agent, or several alike."""

    name: str
    cli: str | None = None
    role: str | None = None
    replicas: int = 1


@dataclass(frozen=True)
class Plan:
    """The wish, free of errors.

    Args:
        description: Of the whole.
        default_agent: For tasks that name nobody; in the entries it is applied already.
        team: Who is to do it; empty if the file does not say.
        entries: The tasks, in the file's order.
        document: The file, for the places.
    """

    description: str | None
    default_agent: str | None
    team: tuple[TeamMember, ...]
    entries: tuple[Entry, ...]
    document: Document = field(repr=False, compare=False)

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
        team=tuple(
            TeamMember(name=name, cli=agent.cli, role=agent.role, replicas=agent.replicas)
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
        status=TaskState(task.status) if task.status else None,
        tags=tuple(task.tags),
        parent=task.parent,
        needs=tuple(task.needs),
        run=task.run,
        accept=task.accept,
        timeout=task.timeout,
        priority=Priority(task.priority),
        group=group,
        order=order,
    )
