"""A document with its tasks picked out, as far as they are written well enough to reason about."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from planner.diagnostics.finding import Finding, Related, finding
from planner.document import Document, Path
from planner.graph import groups
from planner.rules.guesses import Guesses
from planner.rules.violations import named
from tinytown.states import TaskState
from tinytown.tasks import When

_STATUSES = {state.value: state for state in TaskState}
_WHENS = {when.value: when for when in When}


@dataclass(frozen=True)
class Written:
    """A task as far as it is written well enough to reason about."""

    position: int
    values: dict[str, Any]

    @property
    def id(self) -> str:
        return self.text("id") or ""

    @property
    def parent(self) -> str | None:
        return self.text("parent")

    @property
    def agent(self) -> str | None:
        return self.text("agent")

    @property
    def role(self) -> str | None:
        return self.text("role")

    @property
    def run(self) -> str | None:
        return self.text("run")

    @property
    def status(self) -> TaskState | None:
        return _STATUSES.get(self.text("status") or "")

    @property
    def when(self) -> When:
        return _WHENS.get(self.text("when") or "", When.ALL_SUCCESS)

    @cached_property
    def needs(self) -> list[str]:
        needs = self.values.get("needs")
        return [need for need in needs if isinstance(need, str)] if isinstance(needs, list) else []

    def need_path(self, need: str) -> Path:
        """Where a need is written."""
        return self.path("needs", self.values["needs"].index(need))

    def text(self, key: str) -> str | None:
        """The value of a key, if it is text."""
        value = self.values.get(key)
        return value if isinstance(value, str) else None

    def path(self, *more: str | int) -> Path:
        return ("tasks", self.position, *more)


@dataclass(frozen=True)
class Outline:
    """A document with its tasks picked out."""

    document: Document
    tasks: tuple[Written, ...]

    @cached_property
    def first(self) -> dict[str, Written]:
        """The first task of each id, in the file's order."""
        found: dict[str, Written] = {}
        for task in self.tasks:
            if task.id:
                found.setdefault(task.id, task)
        return found

    @cached_property
    def renamed(self) -> dict[str, Written]:
        """The tasks by the ids that they had before."""
        return {task.values["was"]: task for task in self.first.values() if isinstance(task.values.get("was"), str)}

    @cached_property
    def groups(self) -> frozenset[str]:
        """The ids of the tasks that only hold others together."""
        return groups(self.first.values())

    def prerequisites(self, task: Written) -> list[tuple[str, Written]]:
        """The tasks that must end before a task starts, with what they are to it: its needs, an ordinary parent."""
        found = [("its need", self.first[need]) for need in dict.fromkeys(task.needs) if need in self.first]
        if task.parent in self.first and task.parent not in self.groups:
            found.append(("its parent", self.first[task.parent]))
        return [pair for pair in found if pair[1] is not task]

    @cached_property
    def guess(self) -> Guesses:
        """The id that was probably meant by one that no task has."""
        return Guesses(self.first)

    def table(self, name: str) -> dict[str, Any]:
        """One of the tables at the top: meta, agents, pools. Empty if it is none."""
        value = self.document.values.get(name)
        return value if isinstance(value, dict) else {}

    def name(self, task: Written) -> str:
        """What people call a task."""
        return named(self.document, task.path())

    def finding(self, code: str, path: Path, message: str, **words: Any) -> Finding:
        return finding(code, self.document.source.name, self.document.place(path).value, message, **words)

    def related(self, path: Path, message: str) -> Related:
        span = self.document.place(path).value
        return Related(self.document.source.name, span.line, span.column, message)

    def place(self, task: Written) -> str:
        span = self.document.place(task.path("id")).value
        return f"{self.document.source.name}:{span.line}"


def written(document: Document) -> Iterator[Written]:
    """The tasks that are tables at all."""
    entries = document.values.get("tasks")
    for position, entry in enumerate(entries if isinstance(entries, list) else []):
        if isinstance(entry, dict):
            yield Written(position, entry)
