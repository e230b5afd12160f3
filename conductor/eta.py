"""When the work will be done: what is left, laid on the agents that there are as the conductor would. Pure.

Every task is taken to complete in the time that it is expected to take, and the one with the longest path behind
it goes first: list scheduling, which is what the conductor does. So the forecast keeps to the chains of the plan,
to the number of agents and to every limit. It does not know of failures, crashes and edits to come.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from heapq import heappop, heappush

from conductor.course import Course
from conductor.crew import Crew, Queue
from conductor.policy import Policy
from conductor.queues import BACKLOG, target_of
from tinytown.agents import Agent
from tinytown.durations import Source, Typical, expected
from tinytown.forecast import Forecast
from tinytown.states import TaskState
from tinytown.tasks import Task

_Place = tuple[int, float, int, int]
"""Sorts the tasks of a queue as the conductor does; the last is the task's number."""


def forecast(
    tasks: Collection[Task],
    crew: Sequence[Agent],
    policy: Policy,
    now: datetime,
    *,
    unassigned_to: str | None = None,
    conducted: bool = True,
) -> Forecast | None:
    """When the work will be done, if nothing fails.

    Args:
        tasks: All tasks.
        crew: The agents that live and take tasks.
        policy: The plan's limits.
        now: The present moment.
        unassigned_to: The agent that tasks without a named one go to; None for the backlog.
        conducted: Whether a conductor is in charge: without one, only what is at work goes on.

    Returns:
        The forecast; None if nothing is left that could be done.
    """
    return _Schedule(list(tasks), crew, policy, now, unassigned_to).run(conducted=conducted)


class _Schedule:
    """The agents' time. Moments are seconds from now; tasks and agents go by numbers."""

    def __init__(
        self, tasks: list[Task], crew: Sequence[Agent], policy: Policy, now: datetime, unassigned_to: str | None
    ) -> None:
        self._tasks = tasks
        self._policy = policy
        self._now = now
        self._unassigned_to = unassigned_to
        typical = Typical.of((task, task.took) for task in tasks)
        self._lengths = [expected(task, task.took, typical) for task in tasks]
        self._course = Course(tasks)
        self._paths = self._course.paths([length.seconds for length in self._lengths])
        self._withholds = policy.on_failure == "stop" and any(map(_fails, tasks))
        self._crew = Crew(crew)
        self._queues: dict[Queue, list[_Place]] = {}
        self._open: set[Queue] = set()  # those whose first task may perhaps go now
        self._parked: defaultdict[str | None, set[Queue]] = defaultdict(set)  # those whose pool is full
        self._at_work = 0
        self._pools: Counter[str | None] = Counter()
        self._agenda: list[tuple[float, int, int | None]] = []  # when, which task, which agent ends it
        self._counted: list[int] = []
        self._approvals: list[str] = []
        self._unclaimed: list[str] = []
        self._overdue = False

    def run(self, *, conducted: bool) -> Forecast | None:
        """Lets time go by until nothing is left."""
        self._take_up()
        self._welcome(self._course.begin() if conducted else (), 0.0)
        end = time = 0.0
        self._start(time)
        while self._agenda:
            time, number, agent = heappop(self._agenda)
            if agent is None:
                self._join(number)
            else:
                end = time
                self._leave(number, agent)
                self._welcome(self._course.complete(number) if conducted else (), time)
            if not self._agenda or self._agenda[0][0] > time:
                self._start(time)
        if not (self._counted or self._approvals or self._unclaimed):
            return None
        return Forecast(
            made=self._now,
            seconds=end,
            tasks=len(self._counted),
            guessed=sum(self._lengths[number].source is Source.GUESS for number in self._counted),
            overdue=self._overdue,
            approvals=tuple(self._approvals),
            unclaimed=tuple(self._unclaimed),
            missing=tuple(self._crew.missing),
            conducted=conducted,
        )

    def _take_up(self) -> None:
        """What is at work now."""
        for number, task in enumerate(self._tasks):
            if task.group or task.assigned_to is None:
                continue
            if task.state is TaskState.RUNNING:
                spent = (self._now - task.started_at).total_seconds() if task.started_at else 0.0
                left = self._lengths[number].seconds - max(spent, 0.0)
                self._overdue |= left < 0
                self._begin(number, self._crew.of(task.assigned_to), max(left, 0.0))
            elif task.state is TaskState.ASSIGNED:
                self._join(number)

    def _welcome(self, numbers: Iterable[int], time: float) -> None:
        """Tasks that nothing keeps back any more but a person, their time, or the agents."""
        for number in numbers:
            task = self._tasks[number]
            if self._withholds and task.plan_id is not None:
                continue
            delay = (task.not_before - self._now).total_seconds() - time if task.not_before else 0.0
            if task.unapproved:
                self._approvals.append(task.label)
            elif target_of(task, self._unassigned_to) == BACKLOG:
                self._unclaimed.append(task.label)
            elif delay > 0:
                heappush(self._agenda, (time + delay, number, None))
            else:
                self._join(number)

    def _join(self, number: int) -> None:
        """A task queues for the agents that can do it; one that was sent to an agent already, for that one."""
        task = self._tasks[number]
        sent = task.state is TaskState.ASSIGNED
        target = ("sent", str(task.assigned_to)) if sent else target_of(task, self._unassigned_to)
        queue = (target, task.pool)
        if queue not in self._queues:
            self._queues[queue] = []
            self._crew.serve(queue, task.assigned_to if sent else None)
        rank = -len(self._tasks) if sent else -task.priority.rank
        heappush(self._queues[queue], (rank, -self._paths[number], task.order, number))
        self._open.add(queue)

    def _start(self, time: float) -> None:
        """Gives tasks to free agents, the most urgent first, as far as the limits allow."""
        most = self._policy.max_parallel
        while self._open and (most is None or self._at_work < most):
            queue = min(self._open, key=lambda one: self._queues[one][0])
            pool = queue[1]
            places = None if pool is None else self._policy.pools.get(pool)
            if places is not None and self._pools[pool] >= places:
                self._parked[pool].add(queue)
                self._open.discard(queue)
                continue
            agent = self._crew.free(queue)
            if agent is None:
                self._open.discard(queue)
                continue
            number = heappop(self._queues[queue])[-1]
            if not self._queues[queue]:
                self._open.discard(queue)
            self._begin(number, agent, time + self._lengths[number].seconds)

    def _begin(self, number: int, agent: int, end: float) -> None:
        self._counted.append(number)
        self._at_work += 1
        self._pools[self._tasks[number].pool] += 1
        self._crew.take(agent)
        heappush(self._agenda, (end, number, agent))

    def _leave(self, number: int, agent: int) -> None:
        """A task ends: its agent and its places are free."""
        pool = self._tasks[number].pool
        self._at_work -= 1
        self._pools[pool] -= 1
        self._open |= self._parked.pop(pool, set())
        self._open.update(queue for queue in self._crew.leave(agent) if self._queues[queue])


def _fails(task: Task) -> bool:
    return task.state is TaskState.FAILED and task.plan_id is not None and not task.group
