"""Random plans that are valid, and a plain model that says from scratch what may happen in one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from uuid import UUID

from hypothesis import strategies as st

from tinytown.ids import task_id
from tinytown.states import TaskState
from tinytown.tasks import Priority, Task

TOWN = "simulated"
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
LOST = {TaskState.FAILED, TaskState.CANCELLED}


@dataclass(frozen=True)
class Line:
    """One task of a plan.

    `who` is an agent's name, `role`, `run`, or nothing: then it is a group if it has children.
    """

    who: str = ""
    parent: int | None = None
    needs: tuple[int, ...] = ()
    priority: Priority = Priority.NORMAL


Plan = tuple[Line, ...]
_Node = tuple[int, str]


def is_group(plan: Plan, number: int) -> bool:
    return not plan[number].who and any(line.parent == number for line in plan)


def _after(plan: Plan) -> dict[_Node, set[_Node]]:
    """Which starts and ends come after which."""
    after: dict[_Node, set[_Node]] = {(n, what): set() for n in range(len(plan)) for what in ("start", "end")}
    for n, line in enumerate(plan):
        after[n, "start"].add((n, "end"))
        for need in line.needs:
            after[need, "end"].add((n, "start"))
        above = line.parent
        if above is not None:
            after[above, "start" if is_group(plan, above) else "end"].add((n, "start"))
        while above is not None:
            if is_group(plan, above):
                after[n, "end"].add((above, "end"))
            above = plan[above].parent
    return after


def _reaches(plan: Plan, origin: _Node, target: _Node) -> bool:
    after, stack, seen = _after(plan), [origin], set[_Node]()
    while stack:
        node = stack.pop()
        if node == target:
            return True
        if node not in seen:
            seen.add(node)
            stack += after[node]
    return False


@st.composite
def plans(draw: st.DrawFn, most: int = 9) -> Plan:
    """Parents, needs and nested groups, without a circle of starts and ends."""
    whose = st.sampled_from(["", "", "", "w0", "w1", "role", "run", "ghost"])
    lines: list[Line] = []
    for n in range(draw(st.integers(0, most))):
        parent = draw(st.none() | st.integers(0, n - 1)) if n else None
        lines.append(Line(draw(whose), parent, priority=draw(st.sampled_from([Priority.NORMAL, Priority.HIGH]))))
    plan = tuple(lines)
    numbers = st.integers(0, max(len(plan) - 1, 0))
    for waiter, need in draw(st.lists(st.tuples(numbers, numbers), max_size=len(plan))):
        line = plan[waiter]
        if need not in line.needs and not _reaches(plan, (waiter, "start"), (need, "end")):
            more = Line(line.who, line.parent, (*line.needs, need), line.priority)
            plan = (*plan[:waiter], more, *plan[waiter + 1 :])
    return plan


def tasks_of(plan: Plan) -> dict[UUID, Task]:
    """The plan as it stands in the store once it was pushed."""
    tasks: dict[UUID, Task] = {}
    for n, line in enumerate(plan):
        key = task_id(TOWN, f"t{n}")
        tasks[key] = Task(
            id=key,
            plan_id=f"t{n}",
            description=f"task {n}",
            parent_id=None if line.parent is None else task_id(TOWN, f"t{line.parent}"),
            needs=tuple(f"t{need}" for need in line.needs),
            agent=line.who if line.who not in ("", "role", "run") else None,
            role="r" if line.who == "role" else None,
            run="true" if line.who == "run" else None,
            priority=line.priority,
            group=is_group(plan, n),
            order=n,
            created_at=MOMENT,
            updated_at=MOMENT,
        )
    return tasks


@dataclass(frozen=True)
class Model:
    """What the rules of the design say of some tasks, worked out anew and without haste."""

    tasks: Mapping[UUID, Task]

    @cached_property
    def by_plan(self) -> dict[str, Task]:
        return {task.plan_id: task for task in self.tasks.values() if task.plan_id}

    def below(self, task: Task) -> Iterator[Task]:
        for child in self.tasks.values():
            if child.parent_id == task.id:
                yield child
                yield from self.below(child)

    def may_start(self, task: Task) -> bool:
        """Pending, its parent completed or its group open, its needs completed."""
        if task.state is not TaskState.PENDING:
            return False
        if task.parent_id is not None:
            parent = self.tasks[task.parent_id]
            if parent.state is not TaskState.COMPLETED and not (parent.group and parent.state is TaskState.RUNNING):
                return False
        return all(self.by_plan[need].state is TaskState.COMPLETED for need in task.needs)

    def hopeless(self, task: Task) -> bool:
        """Pending, and can never start."""
        if task.state is not TaskState.PENDING:
            return False
        if any(self.cannot_complete(self.by_plan[need]) for need in task.needs):
            return True
        if task.parent_id is None:
            return False
        parent = self.tasks[task.parent_id]
        if parent.group:  # it waits for the opening only, and a failed group opens again
            return parent.state is TaskState.CANCELLED or self.hopeless(parent)
        return self.cannot_complete(parent)

    def cannot_complete(self, task: Task) -> bool:
        if task.state is TaskState.COMPLETED:
            return False
        if task.state in LOST or self.hopeless(task):
            return True
        return task.group and any(self.cannot_complete(other) for other in self.below(task))

    def can_progress(self, task: Task) -> bool:
        return not task.ended and not self.hopeless(task)
