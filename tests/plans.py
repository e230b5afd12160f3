"""Random plans that are valid, and a plain model that says from scratch what may happen in one."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from conductor.policy import Policy
from tinytown.agents import Agent
from tinytown.ids import task_id
from tinytown.states import AgentState, TaskState
from tinytown.tasks import Priority, Task, When

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
    when: When = When.ALL_SUCCESS
    retries: int = 0
    approval: bool = False
    pool: str | None = None
    estimate: str | None = None
    timeout: str | None = None


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


def reaches(plan: Plan, origin: _Node, target: _Node) -> bool:
    """Whether one start or end must come before another."""
    after, stack, seen = _after(plan), [origin], set[_Node]()
    while stack:
        node = stack.pop()
        if node == target:
            return True
        if node not in seen:
            seen.add(node)
            stack += after[node]
    return False


def chains(plan: Plan, lengths: Sequence[float]) -> list[float]:
    """For each task, how long the longest chain of starts and ends takes that begins with it.

    Args:
        plan: The plan.
        lengths: How long each task itself takes.
    """
    after = _after(plan)

    def longest(node: _Node) -> float:
        return max(
            ((lengths[node[0]] if one == (node[0], "end") else 0.0) + known(one) for one in after[node]),
            default=0.0,
        )

    known = cache(longest)
    return [known((n, "start")) for n in range(len(plan))]


_WORDS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "who": st.sampled_from(["", "", "", "w0", "w1", "role", "run", "ghost"]),
        "priority": st.sampled_from([Priority.NORMAL, Priority.HIGH]),
        "when": st.sampled_from([*[When.ALL_SUCCESS] * 3, When.ALL_DONE, When.ONE_FAILED, When.NONE_FAILED]),
        "retries": st.sampled_from([0, 0, 1, 2]),
        "approval": st.sampled_from([False] * 5 + [True]),
        "pool": st.sampled_from([None, None, "p", "q"]),
        "estimate": st.sampled_from([None, None, "1s", "2h"]),
    }
)

POLICIES = st.builds(
    Policy,
    on_failure=st.sampled_from(["continue", "continue", "stop"]),
    max_parallel=st.sampled_from([None, None, 1, 2]),
    pools=st.sampled_from([{}, {"p": 1}, {"p": 1, "q": 2}]),
)


@st.composite
def plans(draw: st.DrawFn, most: int = 9) -> Plan:
    """Parents, needs and nested groups, without a circle of starts and ends."""
    lines: list[Line] = []
    for n in range(draw(st.integers(0, most))):
        parent = draw(st.none() | st.integers(0, n - 1)) if n else None
        lines.append(Line(parent=parent, **draw(_WORDS)))
    plan = tuple(lines)
    numbers = st.integers(0, max(len(plan) - 1, 0))
    for waiter, need in draw(st.lists(st.tuples(numbers, numbers), max_size=len(plan))):
        line = plan[waiter]
        if need not in line.needs and not reaches(plan, (waiter, "start"), (need, "end")):
            plan = (*plan[:waiter], replace(line, needs=(*line.needs, need)), *plan[waiter + 1 :])
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
            when=line.when,
            retries=line.retries,
            retry_delay="20s" if line.retries > 1 else None,
            approval=line.approval,
            pool=line.pool,
            estimate=line.estimate,
            timeout=line.timeout,
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
    _hopeless: dict[UUID, bool] = field(default_factory=dict)

    @cached_property
    def by_plan(self) -> dict[str, Task]:
        return {task.plan_id: task for task in self.tasks.values() if task.plan_id}

    def below(self, task: Task) -> Iterator[Task]:
        for child in self.tasks.values():
            if child.parent_id == task.id:
                yield child
                yield from self.below(child)

    def before(self, task: Task) -> list[Task]:
        """The tasks that its `when` speaks of: the needs, and a parent that is no group."""
        parent = self.tasks[task.parent_id] if task.parent_id else None
        return [*([parent] if parent and not parent.group else []), *(self.by_plan[need] for need in task.needs)]

    def group(self, task: Task) -> Task | None:
        """The group that it is a member of by its parent."""
        parent = self.tasks[task.parent_id] if task.parent_id else None
        return parent if parent and parent.group else None

    def has_opened(self, task: Task) -> bool:
        """Whether the group that it is a member of, if it is of one, lets its members go."""
        group = self.group(task)
        return group is None or group.state in (TaskState.RUNNING, TaskState.COMPLETED)

    def may_start(self, task: Task) -> bool:
        """Pending, approved, its group open, its prerequisites as its `when` wants them."""
        if task.state is not TaskState.PENDING or (task.approval and not task.approved):
            return False
        return self.has_opened(task) and self.allows(task)

    def allows(self, task: Task) -> bool:
        """Whether the outcomes of its prerequisites are what its `when` wants."""
        before = self.before(task)
        if task.when is When.ALL_SUCCESS:
            return all(other.state is TaskState.COMPLETED for other in before)
        if task.when is When.ALL_DONE:
            return all(other.ended or self.hopeless(other) for other in before)
        if task.when is When.ONE_FAILED:
            return any(self.failed(other) for other in before)
        return all(other.state in (TaskState.COMPLETED, TaskState.CANCELLED) for other in before)

    def failed(self, task: Task) -> bool:
        """Failed, called off by somebody, or can never start."""
        return task.state is TaskState.FAILED or called_off(task) or self.hopeless(task)

    def needless(self, task: Task) -> bool:
        """Whether it need not run and nobody will miss it, if it has not yet."""
        group = self.group(task)
        if group is not None and not_needed(group):
            return True
        before = self.before(task)
        settled = all(other.state is TaskState.COMPLETED or not_needed(other) for other in before)
        if task.when is When.ONE_FAILED:
            return settled
        return task.when is When.ALL_SUCCESS and settled and any(map(not_needed, before))

    def hopeless(self, task: Task) -> bool:
        """Pending, and can never start, though somebody may miss it."""
        if task.id not in self._hopeless:
            self._hopeless[task.id] = self._is_hopeless(task)
        return self._hopeless[task.id]

    def _is_hopeless(self, task: Task) -> bool:
        if task.state is not TaskState.PENDING:
            return False
        group = self.group(task)
        # A member waits for the opening only, and a group that failed by its members opens again.
        if group is not None and (called_off(group) or failed_by_a_person(group) or self.hopeless(group)):
            return True
        before = self.before(task)
        if task.when is When.ALL_SUCCESS:
            return any(map(self.cannot_complete, before))
        if task.when is When.NONE_FAILED:
            return any(self.cannot_complete(other) and not called_off(other) for other in before)
        return False

    def cannot_complete(self, task: Task) -> bool:
        if task.state is TaskState.COMPLETED or not_needed(task):
            return False
        if task.state in LOST or self.hopeless(task):
            return True
        return task.group and any(self.cannot_complete(other) for other in self.below(task))

    def can_progress(self, task: Task) -> bool:
        return not task.ended and not self.hopeless(task)


def failed_by_a_person(group: Task) -> bool:
    return group.state is TaskState.FAILED and not (group.result or "").startswith("of its tasks, these did not")


def not_needed(task: Task) -> bool:
    return task.state is TaskState.CANCELLED and task.skipped


def called_off(task: Task) -> bool:
    return task.state is TaskState.CANCELLED and not task.skipped


def crew(dice: random.Random) -> list[Agent]:
    """One to three agents, some of them of a role."""
    return [
        Agent.new(f"w{n}", "echo", role=dice.choice([None, "r"]), state=AgentState.IDLE, created_at=MOMENT)
        for n in range(dice.randint(1, 3))
    ]
