"""The board: every task and agent as the conductor last saw them, and what follows from that. No I/O.

The loop's one changing value. Whatever is derived (who waits for whom, what is ready, who is busy, what
can never run) is kept up to date as tasks are seen, so that a decision costs what changed, not what there is.
Here a child waits for its parent; a member of a group waits for the group to open.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from conductor.doom import LOST, find_doomed
from conductor.groups import enclosing_groups
from conductor.order import Place, place, remaining_paths
from conductor.queues import Queues, Target
from tinytown.agents import Agent
from tinytown.record import Held
from tinytown.states import TaskState
from tinytown.tasks import Task

ACTIVE = (TaskState.ASSIGNED, TaskState.RUNNING)
"""In an agent's hands, unless it is a group."""


_NOBODY = UUID(int=0)
"""Blocks a task that needs one which is not there."""


class Board:
    """What there is and what follows from it.

    Args:
        unassigned_to: The agent that tasks without a named one go to; None for the backlog.
    """

    def __init__(self, unassigned_to: str | None = None) -> None:
        self.unassigned_to = unassigned_to
        self.tasks: dict[UUID, Task] = {}
        self.agents: dict[UUID, Held[Agent]] = {}
        self.alive: frozenset[UUID] = frozenset()
        self.generation: str | None = None  # of the plan, when the tasks were read
        self.halted = False  # a push in several pieces is under way: half a plan is no ground to decide on
        self._queues = Queues()
        self.load: Counter[UUID] = Counter()
        self.delayed: dict[UUID, datetime] = {}
        self._unsettled: set[UUID] = set()
        self._texts: dict[UUID, str] = {}
        self._by_plan: dict[str, UUID] = {}
        self._children: dict[UUID, list[UUID]] = defaultdict(list)
        self._waiters: dict[UUID, list[UUID]] = defaultdict(list)
        self._remaining: Counter[UUID] = Counter()
        self._bad: Counter[UUID] = Counter()
        self._groups: Mapping[UUID, UUID] = {}
        self._paths: Mapping[UUID, int] = {}
        self._blocked_by: dict[UUID, UUID] = {}
        self._doomed: frozenset[UUID] | None = None

    # What is seen

    def load_tasks(self, tasks: Mapping[UUID, Held[Task]]) -> None:
        """Everything anew: after a snapshot."""
        self.tasks = {task: held.value for task, held in tasks.items()}
        self._texts = {task: held.text for task, held in tasks.items()}
        self._index()
        for task in self.tasks:
            self._reconsider(task)

    def see_agents(self, agents: Mapping[UUID, Held[Agent]], alive: Iterable[UUID]) -> None:
        """The roster, and whose heart beats."""
        self.agents = dict(agents)
        self.alive = frozenset(alive)

    def see(self, task: Task, text: str | None = None) -> None:
        """A task's new value, and its text if it is known.

        A new task, or one whose definition changed, needs everything to be derived anew.
        """
        before = self.tasks.get(task.id)
        self.tasks[task.id] = task
        if before is None and self._stands_alone(task):
            self._count(task, +1)
            before = task
        if text is None:
            self._texts.pop(task.id, None)
        else:
            self._texts[task.id] = text
        if before is None or _definition(before) != _definition(task):
            self._index()
            for other in self.tasks:
                self._reconsider(other)
            return
        if before.state is not task.state or before.assigned_to != task.assigned_to:
            self._count(before, -1)
            self._count(task, +1)
            self._ripple(before, task)
        self._reconsider(task.id)

    def held(self, task: UUID) -> Held[Task] | None:
        """A task with its exact text, if that is known."""
        text = self._texts.get(task)
        return None if text is None else Held(self.tasks[task], text)

    # What follows

    def find(self, plan_id: str) -> Task | None:
        """The task of this plan id."""
        task = self._by_plan.get(plan_id)
        return None if task is None else self.tasks[task]

    def descendants(self, task: UUID) -> Iterator[Task]:
        """Everything below a task."""
        stack = list(self._children.get(task, ()))
        while stack:
            child = stack.pop()
            stack += self._children.get(child, ())
            yield self.tasks[child]

    def unfinished(self, group: UUID) -> int:
        """How many of a group's descendants have not completed."""
        return self._remaining[group]

    def bad(self, group: UUID) -> int:
        """How many of a group's descendants failed or were cancelled."""
        return self._bad[group]

    def waits_for(self, task: Task) -> Iterator[tuple[str, Task | None]]:
        """The prerequisites that are not met, by name; None for one that is not there."""
        if task.parent_id is not None:
            parent = self.tasks.get(task.parent_id)
            opened = (TaskState.RUNNING, TaskState.COMPLETED)
            met = opened if parent is not None and parent.group else (TaskState.COMPLETED,)
            if parent is None or parent.state not in met:
                yield parent.label if parent else str(task.parent_id), parent
        for need in task.needs:
            other = self.find(need)
            if other is None or other.state is not TaskState.COMPLETED:
                yield need, other

    def is_ready(self, task: Task) -> bool:
        """Whether nothing that it waits for is missing. Who could do it is another question."""
        pending = task.state is TaskState.PENDING
        return pending and task.id not in self.delayed and self._blocker(task) is None

    def _blocker(self, task: Task) -> UUID | None:
        """One of the prerequisites that are not met, if there is any.

        The last needs come first: they are mostly the last to complete, so this is seldom asked in vain.
        """
        for need in reversed(task.needs):
            other = self.find(need)
            if other is None:
                return _NOBODY
            if other.state is not TaskState.COMPLETED:
                return other.id
        if task.parent_id is None:
            return None
        parent = self.tasks.get(task.parent_id)
        opened = parent is not None and parent.group and parent.state is TaskState.RUNNING
        return None if opened or (parent and parent.state is TaskState.COMPLETED) else task.parent_id

    @property
    def ready(self) -> Mapping[Target, Sequence[tuple[Place, UUID]]]:
        """The ready tasks, by who may do them, in the order in which they go."""
        return self._queues.waiting

    @property
    def doomed(self) -> frozenset[UUID]:
        """The pending tasks that can never start, because something that they need failed or was cancelled."""
        if self._doomed is None:
            self._doomed = find_doomed(self.tasks, self._waiters, self._groups_above)
        return self._doomed

    def target(self, task: Task) -> Target:
        """Who may do a task."""
        if task.agent:
            return ("agent", task.agent)
        if task.role:
            return ("role", task.role)
        if task.run:
            return ("any", "")
        return ("agent", self.unassigned_to) if self.unassigned_to else ("nobody", "")

    def candidates(self, target: Target) -> list[Agent]:
        """The agents that a target means, dead or alive."""
        kind, name = target
        agents = (held.value for held in self.agents.values())
        if kind == "agent":
            return [agent for agent in agents if agent.answers_to(name)]
        if kind == "role":
            return [agent for agent in agents if agent.role == name]
        return list(agents) if kind == "any" else []

    def can_take(self, agent: Agent) -> bool:
        """Whether an agent lives and takes new tasks."""
        return agent.receptive and agent.id in self.alive

    def due(self, now: datetime) -> list[UUID]:
        """The delayed tasks whose time has come."""
        return [task for task, moment in self.delayed.items() if moment <= now]

    def take_unsettled(self) -> list[UUID]:
        """The groups that may complete or fail since this was last asked."""
        groups, self._unsettled = sorted(self._unsettled), set()
        return [group for group in groups if group in self.tasks]

    def undelay(self, task: UUID) -> None:
        """A delayed task's time has come."""
        self.delayed.pop(task, None)
        self._reconsider(task, keep_delay=False)

    # How it is kept up to date

    def _stands_alone(self, task: Task) -> bool:
        """Whether a new task waits for nobody, and nobody for it."""
        return not (task.plan_id or task.parent_id or task.needs or task.group or task.id in self._waiters)

    def _index(self) -> None:
        self._by_plan = {task.plan_id: key for key, task in self.tasks.items() if task.plan_id}
        self._children.clear()
        self._waiters.clear()
        self._remaining.clear()
        self._bad.clear()
        self.load.clear()
        self._queues.clear()
        self.delayed.clear()
        self._blocked_by.clear()
        self._doomed = None
        for key, task in self.tasks.items():
            if task.parent_id is not None:
                self._children[task.parent_id].append(key)
                self._waiters[task.parent_id].append(key)
            for need in task.needs:
                if (other := self._by_plan.get(need)) is not None:
                    self._waiters[other].append(key)
        self._groups = enclosing_groups(self.tasks)
        for task in self.tasks.values():
            self._count(task, +1)
        self._paths = remaining_paths(self.tasks, self._waiters, self.group_of)
        self._unsettled = {key for key, task in self.tasks.items() if task.group}

    def group_of(self, task: Task) -> UUID | None:
        """The innermost group that a task lies in, through any number of ordinary parents."""
        return self._groups.get(task.id)

    def _groups_above(self, task: Task) -> Iterator[UUID]:
        group = self.group_of(task)
        while group is not None:
            yield group
            group = self.group_of(self.tasks[group])

    def _count(self, task: Task, by: int) -> None:
        if task.state in ACTIVE and task.assigned_to is not None:
            self.load[task.assigned_to] += by
        if task.state is not TaskState.COMPLETED:
            bad = by if task.state in LOST else 0
            for group in self._groups_above(task):
                self._remaining[group] += by
                self._bad[group] += bad

    def _ripple(self, before: Task, task: Task) -> None:
        """A state changed: whoever waits for this task, or holds it as a member, is looked at again."""
        freed = self._doomed is not None and task.id in self._doomed
        if freed or task.group or task.state in LOST or before.state in LOST or task.state is TaskState.PENDING:
            self._doomed = None
            # A group that lost a member ends, and one that failed opens again, when the fate of its others turns.
            self._unsettled.update(group for group in self._remaining if self._torn(group))
        for waiter in self._waiters.get(task.id, ()):
            if self._blocked_by.get(waiter, task.id) == task.id:  # else something else still holds it up
                self._reconsider(waiter)
        if task.group:
            self._unsettled.add(task.id)
        if task.ended or before.ended:
            self._unsettled.update(self._groups_above(task))

    def _torn(self, group: UUID) -> bool:
        return self._bad[group] > 0 or self.tasks[group].state in LOST

    def _reconsider(self, key: UUID, *, keep_delay: bool = True) -> None:
        """Puts a task into, or takes it out of, the queue of those that are ready."""
        task = self.tasks[key]
        if task.state is not TaskState.PENDING or task.not_before is None:
            self.delayed.pop(key, None)
        elif keep_delay:
            self.delayed[key] = task.not_before
        blocker = self._blocker(task) if task.state is TaskState.PENDING else None
        if blocker is None:
            self._blocked_by.pop(key, None)
        else:
            self._blocked_by[key] = blocker
        if blocker is not None or task.state is not TaskState.PENDING or key in self.delayed:
            self._queues.drop(key)
        else:
            target = ("group", "") if task.group else self.target(task)
            self._queues.add(key, target, place(task, self._paths.get(key, 0)))


def _definition(task: Task) -> tuple[object, ...]:
    return (
        *(task.plan_id, task.parent_id, task.needs, task.group, task.agent, task.role, task.run),
        *(task.priority, task.order),
    )
