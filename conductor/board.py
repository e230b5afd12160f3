"""The board: every task and agent as the conductor last saw them, and what follows from that. No I/O.

The loop's one changing value. Whatever is derived (who waits for whom, what is ready, who is busy, what
can never run) is kept up to date as tasks are seen, so that a decision costs what changed, not what there is.
Here a child waits for its parent; a member of a group waits for the group to open.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from conductor.doom import find_doomed
from conductor.groups import Groups
from conductor.order import Place, length, place, remaining_paths
from conductor.outcomes import LOST, is_lost, is_skipped
from conductor.policy import Policy
from conductor.prerequisites import NEEDLESS, Prerequisites
from conductor.queues import GROUPS, REVIVED, SPARE, UNAPPROVED, Queues, Target, target_of
from conductor.stopping import find_stopping
from tinytown.agents import Agent
from tinytown.durations import UNKNOWN, Typical
from tinytown.needs import by_name
from tinytown.record import Held
from tinytown.retry import is_due
from tinytown.states import UNDER_WAY, TaskState
from tinytown.tasks import Task, When


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
        self.stopping: Mapping[UUID, UUID] = {}  # tasks whose stopped attempt has still to end with this agent
        self.generation: str | None = None  # of the plan, when the tasks were read
        self.halted = False  # a push in several pieces is under way: half a plan is no ground to decide on
        self.paused: str | None = None  # who has paused the town, as Redis holds it
        self.policy = Policy()
        self._queues = Queues()
        self.load: Counter[UUID] = Counter()
        self.delayed: dict[UUID, datetime] = {}
        self.at_work: set[UUID] = set()  # assigned or running, but for groups
        self.lost: set[UUID] = set()  # failed, or called off by somebody
        self._unsettled: set[UUID] = set()
        self._texts: dict[UUID, str] = {}
        self._by_plan: dict[str, UUID] = {}
        self._children: dict[UUID, list[UUID]] = defaultdict(list)
        self._waiters: dict[UUID, list[UUID]] = defaultdict(list)
        self._typical = UNKNOWN
        self._paths: dict[UUID, int] = {}  # as of the last time that all was derived anew
        self._blocked_by: dict[UUID, UUID] = {}
        self._doomed: frozenset[UUID] | None = None
        self._watchful: set[UUID] = set()  # tasks that may be released by another's doom
        self._restless = False  # whether these must be looked at again
        self._index()

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
        self.stopping = find_stopping(self.tasks, self.agents, self.alive)

    def see(self, task: Task, text: str | None = None) -> None:
        """A task's new value, and its text if it is known.

        A new task, or one whose definition changed, needs everything to be derived anew.
        """
        before = self.tasks.get(task.id)
        self.tasks[task.id] = task
        if before is None and self._stands_alone(task):
            self._count(task, +1)
            self._paths[task.id] = length(task, self._typical)
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
        if _whereabouts(before) != _whereabouts(task):
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

    def is_ready(self, task: Task) -> bool:
        """Whether nothing that it waits for is missing. Who could do it, and the limits, are another question."""
        waits = task.state is not TaskState.PENDING or task.id in self.delayed or task.unapproved
        return not waits and self.before.blocker(task) is None

    def withholds(self, task: Task) -> bool:
        """Whether a task stays as it is: the town is paused, another has failed, or it is still being stopped."""
        if self.paused is not None or task.id in self.stopping:
            return True
        stops = self.policy.on_failure == "stop" and task.plan_id is not None
        return stops and next(self.failures(), None) is not None

    def failures(self) -> Iterator[Task]:
        """The tasks of the plan that have failed. A group does not count: one of its members does."""
        for task in map(self.tasks.__getitem__, self.lost):
            if task.state is TaskState.FAILED and task.plan_id is not None and not task.group:
                yield task

    @property
    def ready(self) -> Mapping[Target, Sequence[tuple[Place, UUID]]]:
        """The ready tasks, by who may do them, in the order in which they go."""
        if self._restless:
            self._restless = False
            for task in self._watchful:
                self._reconsider(task, keep_delay=task in self.delayed)
        return self._queues.waiting

    @property
    def doomed(self) -> frozenset[UUID]:
        """The pending tasks that can never start, because something that they need failed or was cancelled."""
        if self._doomed is None:
            self._doomed = find_doomed(self.tasks, self.lost, self._waiters, self.groups.above)
        return self._doomed

    def target(self, task: Task) -> Target:
        """Who may do a task."""
        return target_of(task, self.unassigned_to)

    def candidates(self, target: Target) -> list[Agent]:
        """The agents that a target means, dead or alive."""
        kind, name = target
        agents = (held.value for held in self.agents.values())
        if kind == "agent":
            return [agent for agent in agents if agent.answers_to(name)]
        if kind == "role":
            return [agent for agent in agents if agent.role == name]
        return [agent for agent in agents if not agent.by_client] if kind == "any" else []

    def can_take(self, agent: Agent) -> bool:
        """Whether an agent lives and takes new tasks."""
        return agent.receptive and agent.id in self.alive

    def due(self, now: datetime) -> list[UUID]:
        """The delayed tasks whose time has come, or will not come for long because the clock was set back."""
        return [key for key in self.delayed if is_due(self.tasks[key], now)]

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
        tied = task.plan_id or task.parent_id or task.needs or task.group or task.id in self._waiters
        return not tied and task.when is When.ALL_SUCCESS

    def _index(self) -> None:
        self._by_plan = by_name(self.tasks)
        self._children.clear()
        self._waiters.clear()
        self.load.clear()
        self.at_work.clear()
        self.lost.clear()
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
            self._count_work(task, +1)
        self.groups = Groups(self.tasks)
        self.before = Prerequisites(self.tasks, self._by_plan, lambda: self.doomed)
        self._typical = Typical.of((task, task.took) for task in self.tasks.values())
        self._paths = remaining_paths(self.tasks, self._waiters, self.groups.around, self._typical)
        self._unsettled = {key for key, task in self.tasks.items() if task.group}
        self._watchful = {key for key, task in self.tasks.items() if task.when in (When.ALL_DONE, When.ONE_FAILED)}

    def _count(self, task: Task, by: int) -> None:
        self.groups.count(task, by)
        self._count_work(task, by)

    def _count_work(self, task: Task, by: int) -> None:
        if task.state in UNDER_WAY:
            if task.assigned_to is not None:
                self.load[task.assigned_to] += by
            if not task.group:
                (self.at_work.add if by > 0 else self.at_work.discard)(task.id)
        elif is_lost(task):
            (self.lost.add if by > 0 else self.lost.discard)(task.id)

    def _ripple(self, before: Task, task: Task) -> None:
        """A state changed: whoever waits for this task, or holds it as a member, is looked at again."""
        freed = self._doomed is not None and task.id in self._doomed
        if freed or task.group or task.state in LOST or before.state in LOST or task.state is TaskState.PENDING:
            self._doomed = None
            self._restless = bool(self._watchful)
            # A group ends, and one that failed opens again, when the fate of its last members turns.
            self._unsettled.update(self.groups.open_or_failed())
        closed = task.group and is_skipped(task)
        for waiter in self._waiters.get(task.id, ()):
            if closed or self._blocked_by.get(waiter, task.id) == task.id:  # else something else still holds it up
                self._reconsider(waiter, keep_delay=waiter in self.delayed)
        if task.group:
            self._unsettled.add(task.id)
        if task.ended or before.ended:
            self._unsettled.update(self.groups.above(task))

    def _reconsider(self, key: UUID, *, keep_delay: bool = True) -> None:
        """Puts a task into, or takes it out of, the queue of those that something is to be done with."""
        task = self.tasks[key]
        if task.state is not TaskState.PENDING or task.not_before is None:
            self.delayed.pop(key, None)
        elif keep_delay:
            self.delayed[key] = task.not_before
        target = self._turn(task)
        if target is None:
            self._queues.drop(key)
        else:
            self._queues.add(key, target, place(task, self._paths.get(key, 0)))

    def _turn(self, task: Task) -> Target | None:
        """The queue that a task belongs into; None if it is to be left alone."""
        if is_skipped(task):
            return None if self.before.needless(task) else REVIVED
        pending = task.state is TaskState.PENDING
        blocker = self.before.blocker(task) if pending else None
        if blocker is None or blocker is NEEDLESS:
            self._blocked_by.pop(task.id, None)
        else:
            self._blocked_by[task.id] = blocker
        if blocker is NEEDLESS:
            return SPARE
        if not pending or blocker is not None or task.id in self.delayed:
            return None
        if task.unapproved:
            return UNAPPROVED
        return GROUPS if task.group else self.target(task)


def _whereabouts(task: Task) -> tuple[object, ...]:
    return (task.state, task.assigned_to, task.skipped)


def _definition(task: Task) -> tuple[object, ...]:
    return (
        *(task.plan_id, task.parent_id, task.needs, task.group, task.agent, task.role, task.run),
        *(task.priority, task.order, task.when, task.estimate),
    )
