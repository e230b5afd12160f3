"""What really held a run up: back from its last attempt, each to what it had waited for last."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from conductor.simulation.attempts import Attempt
from conductor.simulation.lives import Life, lives
from conductor.simulation.run import Run
from conductor.simulation.steps import SECOND
from tinytown.clock import spell
from tinytown.states import TaskState
from tinytown.tasks import Task


@dataclass(frozen=True, slots=True)
class Link:
    """One attempt of the chain.

    Args:
        attempt: The attempt.
        wait: Microseconds from what it had waited for to its start.
        why: What it had waited for.
    """

    attempt: Attempt
    wait: int
    why: str


@dataclass(frozen=True, slots=True)
class _Cause:
    """What an attempt may have waited for last; of two at once the one that weighs more."""

    moment: int
    weight: int
    why: str
    before: Attempt | None = None


def chain(run: Run, made: Sequence[Attempt]) -> tuple[Link, ...]:
    """The attempts that followed from each other up to the end of a run, in their order.

    Args:
        run: The run.
        made: All its attempts.
    """
    return _Chain(run, made).back()


class _Chain:
    def __init__(self, run: Run, made: Sequence[Attempt]) -> None:
        self._run = run
        self._made = made
        self._by_plan = {task.plan_id: task for task in run.tasks.values() if task.plan_id}
        self._last: dict[UUID, Attempt] = {one.task: one for one in made}
        self._approved: dict[UUID, int] = {}
        self._lives = lives(run)
        self._members: dict[UUID, list[Task]] = {}
        for event, moment in zip(run.events, run.moments, strict=True):
            if event.type == "task.approved" and event.task:
                self._approved[UUID(event.task)] = moment
        for task in run.tasks.values():
            if task.parent_id is not None:
                self._members.setdefault(task.parent_id, []).append(task)

    def back(self) -> tuple[Link, ...]:
        links: list[Link] = []
        here = max(self._made, key=lambda one: one.ended, default=None)
        while here is not None and len(links) <= len(self._made):
            cause = self._started(here, max(self._causes(here), key=_last))
            links.append(Link(here, max(here.started - cause.moment, 0), cause.why))
            here = cause.before
        return tuple(reversed(links))

    def _causes(self, here: Attempt) -> Iterator[_Cause]:
        task = self._run.tasks[here.task]
        yield _Cause(0, 0, "could start at once")
        earlier = [one for one in self._made if one.ended <= here.started and one is not here]
        same = [one for one in earlier if one.task == here.task]
        needed = self._needed(task, here.assigned)
        if needed is not None:
            yield _Cause(needed.ended, 5, f"after {needed.label}", needed)
        if same:
            yield _again(same[-1], task)
        approved = self._approved.get(task.id)
        if approved is not None and approved <= here.assigned and (not needed or approved - needed.ended >= SECOND):
            yield _Cause(approved, 4, "approval", needed or (same[-1] if same else None))
        busy = next((one for one in reversed(earlier) if one.agent == here.agent), None)
        if busy is not None and not self._other_was_free(task, busy):
            yield _Cause(busy.ended, 3, f"{here.agent} was busy with {busy.label}", busy)
        yield from self._limits(task, earlier, here.assigned)
        yield from self._place(here, earlier)

    def _place(self, here: Attempt, earlier: Sequence[Attempt]) -> Iterator[_Cause]:
        """The town was full until another agent left, which it could when it had nothing more to do."""
        life = self._life(here)
        left = None if life is None or life.place_of is None else life
        if left is None:
            return
        mine = (one for one in reversed(earlier) if one.agent == left.place_of and one.ended <= left.called)
        last = next(mine, None)
        if last is not None:
            yield _Cause(last.ended, 2, f"max_agents was reached with {last.label}", last)

    def _started(self, here: Attempt, cause: _Cause) -> _Cause:
        """The start of the agent, unless it was for this that it was started."""
        life = self._life(here)
        ready = 0 if life is None or life.ready is None else life.ready
        on_demand = life is not None and 0 < cause.moment <= life.called
        if on_demand or not cause.moment <= ready <= here.started:
            return cause
        return _Cause(ready, 1, f"start of {here.agent}", cause.before)

    def _life(self, here: Attempt) -> Life | None:
        """The life of its agent in which an attempt was made."""
        mine = (life for life in reversed(self._lives.get(here.agent, ())) if life.called <= here.started)
        return next(mine, None)

    def _other_was_free(self, task: Task, busy: Attempt) -> bool:
        """Whether it was a limit that kept a task back while its agent was busy: another agent was free."""
        board = self._run.board
        if not board.policy.limits:
            return False
        able = {
            agent.name
            for agent in board.candidates(board.target(task))
            if any(life.spans(busy.ended) for life in self._lives.get(agent.name, ()))
        }
        working = {one.agent for one in self._made if one.started < busy.ended <= one.ended}
        return bool(able - working)

    def _limits(self, task: Task, earlier: Sequence[Attempt], assigned: int) -> Iterator[_Cause]:
        policy = self._run.setting.policy
        before = [one for one in earlier if one.ended <= assigned]
        if task.pool in policy.pools:
            inside = next((one for one in reversed(before) if self._run.tasks[one.task].pool == task.pool), None)
            if inside is not None:
                yield _Cause(inside.ended, 2, f'pool "{task.pool}" was full with {inside.label}', inside)
        if policy.max_parallel is not None and before:
            yield _Cause(before[-1].ended, 1, f"max_parallel was reached with {before[-1].label}", before[-1])

    def _needed(self, task: Task, until: int) -> Attempt | None:
        """The last attempt at a prerequisite, through groups; the group that it lies in had to open first."""
        found: list[Attempt] = []
        stack = [task]
        seen: set[UUID] = set()
        while stack:
            here = stack.pop()
            if here.id in seen:
                continue
            seen.add(here.id)
            before = [self._by_plan[need] for need in here.needs if need in self._by_plan]
            parent = self._run.tasks.get(here.parent_id) if here.parent_id else None
            if parent is not None and parent.group:
                stack.append(parent)  # its own prerequisites count, not its members
            elif parent is not None:
                before.append(parent)
            for other in before:
                found += self._ends(other)
        return max((one for one in found if one.ended <= until), key=lambda one: one.ended, default=None)

    def _ends(self, task: Task) -> Iterator[Attempt]:
        stack, seen = [task], set[UUID]()
        while stack:
            here = stack.pop()
            if here.id in seen:
                continue
            seen.add(here.id)
            if here.id in self._last:
                yield self._last[here.id]
            elif here.state is TaskState.CANCELLED:
                stack += [self._by_plan[need] for need in here.needs if need in self._by_plan]
            if here.group:
                stack += self._members.get(here.id, [])


def _last(cause: _Cause) -> tuple[int, int]:
    return (cause.moment, cause.weight)


def _again(last: Attempt, task: Task) -> _Cause:
    if last.died:
        return _Cause(last.ended, 6, f"attempt {last.number} was lost: {last.why}", last)
    pause = f", pause {task.retry_delay}" if task.retry_delay and last.how == "retrying" else ""
    return _Cause(last.ended, 6, f"attempt {last.number}: {last.why or last.how}{pause}", last)


def waited(link: Link) -> str:
    """A link's reason, and how long it took after that to begin if that is worth telling."""
    return f"{link.why}, {spell(link.wait / SECOND)} later" if link.wait >= SECOND else link.why
