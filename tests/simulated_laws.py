"""The laws of a simulated run, checked on its events and last tasks alone; the conductor's code is not asked."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from conductor.policy import Policy
from conductor.simulation.run import Run
from tests.journal_laws import Laws
from tests.plans import TOWN, Model
from tinytown.agents import START_DEATHS
from tinytown.events import Event
from tinytown.hands import CRASH_LIMIT
from tinytown.states import TaskState
from tinytown.tasks import Task

MOST_LATERS = 3
"""In a simulation no task asks more often to be tried later."""

_HEARING = timedelta(minutes=1)
"""So long after a failure, at the very most, a conductor of slow answers has heard of it."""

_SILENCING = {"agents that stood still", "agents taken for dead", "Redis away"}
"""After these an agent that counted as dead may come back beside the one that has its place."""

_ENDS = ("task.completed", "task.failed", "task.cancelled", "task.requeued", "task.retrying")


@dataclass(frozen=True, slots=True)
class Count:
    """How much was checked."""

    attempts: int
    faults: int


def check_run(run: Run) -> Count:
    """Asserts that a run kept every law.

    Args:
        run: The run.
    """
    found = breaches(run.tasks, run.events, run.setting.policy)
    found += list(_unexplained(run))
    found += _crowds(run)
    assert not found, "\n".join(found)
    return Count(sum(map(_is_start_of_attempt, _of_tasks(run))), sum(run.struck.values()))


def breaches(tasks: Mapping[UUID, Task], events: tuple[Event, ...], policy: Policy) -> list[str]:
    """Every breach of a law that the events of a run show.

    Args:
        tasks: The tasks as they are in the end.
        events: All that happened, in order.
        policy: The plan's limits.
    """
    laws = Laws(TOWN, tasks)
    laws.read(events)
    found = laws.breaches
    for key, past in laws.past.items():
        task = tasks[key]
        if past.live is not None:
            found.append(f"{task.label}: attempt {past.live} never ended")
        if past.completed != (task.state is TaskState.COMPLETED):
            found.append(f"{task.label} is {task.state}, its events say otherwise")
    found += _bounds(tasks, events)
    found += _limits(tasks, events, policy)
    found += _one_thing_at_a_time(tasks, events)
    found += _consents(tasks, events)
    found += _stops(tasks, events, policy)
    return found


def _of_tasks(run: Run) -> Iterator[tuple[Event, Task]]:
    return ((event, run.tasks[UUID(event.task)]) for event in run.events if event.task is not None)


def _is_start_of_attempt(pair: tuple[Event, Task]) -> bool:
    return pair[0].type == "task.started" and not pair[1].group


def _bounds(tasks: Mapping[UUID, Task], events: tuple[Event, ...]) -> Iterator[str]:
    """Attempts, and what they ended in, are as many as the task allows."""
    counts: Counter[tuple[str, str]] = Counter()
    for event in events:
        if event.task is not None:
            later = "exit 75" in event.details.get("reason", "")
            counts[event.task, "later" if later else event.type] += 1
    for key, task in tasks.items():
        if task.group:
            continue
        name = str(key)
        starts, again = counts[name, "task.started"], counts[name, "task.retrying"]
        if starts > 1 + task.retries + CRASH_LIMIT - 1 + MOST_LATERS:
            yield f"{task.label} was started {starts} times"
        if again > task.retries or (task.failures > task.retries + 1):
            yield f"{task.label} was tried again {again} times, its retries are {task.retries}"
        if task.crashes > CRASH_LIMIT:
            yield f"{task.label} killed {task.crashes} agents"
        if counts[name, "later"] > MOST_LATERS:
            yield f"{task.label} asked to be tried later {counts[name, 'later']} times"


def _limits(tasks: Mapping[UUID, Task], events: tuple[Event, ...], policy: Policy) -> Iterator[str]:
    """Never are more tasks assigned or running than a limit allows."""
    live: set[UUID] = set()
    pools: Counter[str | None] = Counter()
    for event in events:
        task = tasks[UUID(event.task)] if event.task is not None else None
        if task is None or task.group:
            continue
        if event.type == "task.assigned":
            live.add(task.id)
            pools[task.pool] += 1
            if len(live) > (policy.max_parallel or len(live)):
                yield f"{len(live)} tasks were at work when {task.label} was assigned"
            if task.pool and pools[task.pool] > policy.pools.get(task.pool, len(live)):
                yield f"{pools[task.pool]} tasks were in pool {task.pool} when {task.label} was assigned"
        elif event.type in _ENDS and task.id in live:
            live.discard(task.id)
            pools[task.pool] -= 1


def _one_thing_at_a_time(tasks: Mapping[UUID, Task], events: tuple[Event, ...]) -> Iterator[str]:
    """No agent has two attempts under way, and none has one that is for somebody else."""
    busy: dict[UUID, str] = {}
    for event in events:
        task = tasks[UUID(event.task)] if event.task is not None else None
        if task is None or task.group or event.agent is None:
            continue
        if event.type == "task.started":
            if event.agent in busy.values():
                yield f"{event.agent} started {task.label} while it was at another task"
            if task.agent is not None and event.agent.rpartition("-")[0] != task.agent != event.agent:
                yield f"{event.agent} started {task.label}, which is for {task.agent}"
            busy[task.id] = event.agent
        elif event.type in _ENDS and busy.pop(task.id, event.agent) != event.agent:
            yield f"{event.agent} ended an attempt at {task.label} that was another's"


def _consents(tasks: Mapping[UUID, Task], events: tuple[Event, ...]) -> Iterator[str]:
    """Nothing that asks for approval starts without it."""
    approved: set[str] = set()
    for event in events:
        if event.type == "task.approved" and event.task is not None:
            approved.add(event.task)
        elif event.type in ("task.assigned", "task.started") and event.task is not None:
            task = tasks[UUID(event.task)]
            if task.approval and event.task not in approved:
                yield f"{task.label} was {event.type} without approval"


def _stops(tasks: Mapping[UUID, Task], events: tuple[Event, ...], policy: Policy) -> Iterator[str]:
    """After a failure nothing more is released, if the plan says so."""
    failed: datetime | None = None
    for event in events if policy.on_failure == "stop" else ():
        if event.task is None:
            continue
        moment = datetime.fromisoformat(event.at)
        if event.type == "task.failed" and not tasks[UUID(event.task)].group:
            failed = failed or moment
        elif event.type == "task.assigned" and failed is not None and moment - failed > _HEARING:
            yield f"{event.plan_id} was released {moment - failed} after the first failure"


def _crowds(run: Run) -> Iterator[str]:
    """There are never more agents than the town has places for, and none has a death at start too many."""
    here: set[str] = set()
    for event in run.events:
        if event.agent is None or not event.type.startswith("agent."):
            continue
        if event.type in ("agent.stopped", "agent.error"):
            here.discard(event.agent)
        elif event.type == "agent.starting" and "cli" in event.details:  # else it only was taken for dead
            here.add(event.agent)
            if len(here) > run.setting.max_agents and not _SILENCING & set(run.struck):
                yield f"{event.agent} is one too many: {', '.join(sorted(here))}"
    for held in run.board.agents.values():
        if held.value.failed_starts > START_DEATHS:
            yield f"{held.value.name} was started again though it had died at start too often"


def _unexplained(run: Run) -> Iterator[str]:
    """Every task has ended or cannot go on, and there is a reason that says why."""
    model = Model(run.tasks)
    why = {task.label: task.why for task in run.summary.unfinished}
    stopped = run.setting.policy.on_failure == "stop" and any(
        task.state is TaskState.FAILED and not task.group for task in run.tasks.values()
    )
    for task in run.tasks.values():
        if task.state in (TaskState.ASSIGNED, TaskState.RUNNING) and not (task.group and _waits(run, model, task)):
            yield f"{task.label} is {task.state} in the end"
        if task.state is TaskState.PENDING and model.may_start(task) and not stopped and _has_hands(run, task):
            yield f"{task.label} could start, and did not"
        if task.state is not TaskState.COMPLETED and why.get(task.label) in (None, "", "was about to be released"):
            yield f"{task.label} is {task.state}, and nobody says why"


def _waits(run: Run, model: Model, group: Task) -> bool:
    """Whether a group is open for a member that could go on if somebody helped it."""
    return any(model.can_progress(task) for task in Model(run.tasks).below(group))


def _has_hands(run: Run, task: Task) -> bool:
    """Whether an agent that a task is for lives, or could be started whenever there was a place for it."""
    if task.group:
        return True
    agents = [held.value for held in run.board.agents.values()]
    name = task.agent or (None if task.role or task.run else run.setting.unassigned_to)
    if name is not None:
        known = [agent for agent in agents if name in (agent.name, agent.team)]
    elif task.role is not None:
        known = [agent for agent in agents if agent.role == task.role]
    elif task.run is not None:
        if any(not agent.gone for agent in agents):
            return True
        known = [agent for agent in agents if agent.name == "shell"]
    else:
        return False  # it lies in the backlog
    return not known or not all(agent.quarantined for agent in known)
