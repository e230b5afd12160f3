"""Which tasks a client may take by itself, and taking one."""

from collections.abc import Callable, Collection
from uuid import UUID

from tinytown.agents import Agent
from tinytown.claim import take
from tinytown.errors import StaleError, UnknownTaskError, UnlawfulMoveError
from tinytown.record import Held
from tinytown.site import Site
from tinytown.states import UNDER_WAY, TaskState
from tinytown.tasks import Task

_TRIES = 10

Obstacle = Callable[[Task], str | None]


def names(agent: Agent, task: Task) -> bool:
    """Whether a task is for this agent, by its name, its team or its role."""
    if task.agent:
        return agent.answers_to(task.agent)
    return task.role is not None and task.role == agent.role


def choose(agent: Agent, tasks: Collection[Task], backlog: Collection[UUID], obstacle: Obstacle) -> Task | None:
    """The task that an agent takes next: one that it has, one that is for it, or the first of the backlog.

    Args:
        agent: Who asks.
        tasks: All tasks, in order.
        backlog: The ids of those that nobody is named for, the longest waiting first.
        obstacle: What keeps a task from being released, in words, if anything does.
    """
    mine = [task for task in tasks if task.assigned_to == agent.id and task.state is TaskState.ASSIGNED]
    if mine:
        return mine[0]
    pending = {task.id: task for task in tasks if task.state is TaskState.PENDING}
    named = [task for task in pending.values() if names(agent, task) and not task.group]
    ready = next((task for task in named if obstacle(task) is None), None)
    return ready or next((pending[one] for one in backlog if one in pending), None)


def check_claim(agent: Agent, task: Task, backlog: Collection[UUID], obstacle: Obstacle) -> None:
    """Refuses a claim that cannot be.

    Args:
        agent: Who claims.
        task: What.
        backlog: The ids of the tasks that nobody is named for.
        obstacle: As in `choose`.

    Raises:
        UnlawfulMoveError: The task is not pending, is for somebody else, or waits for something.
    """
    if task.state is not TaskState.PENDING:
        whose = " by another agent" if task.assigned_to else ""
        raise UnlawfulMoveError(
            f'task "{task.label}" is {task.state}{whose} and cannot be claimed',
            "Claim another; tt_tasks lists them.",
        )
    if not agent.receptive:
        raise UnlawfulMoveError(
            f'agent "{agent.name}" is {agent.state} and takes no tasks', "Wait until a person resumes it."
        )
    if task.id in backlog:
        return
    if task.group or not names(agent, task):
        doer = task.agent or (f"role {task.role}" if task.role else "the backlog, once it is ready")
        raise UnlawfulMoveError(
            f'task "{task.label}" is not in the backlog and not for "{agent.name}" but for {doer}',
            f"tt_why {task.label} says what it waits for.",
        )
    if (words := obstacle(task)) is not None:
        raise UnlawfulMoveError(f'task "{task.label}" {words}', f"tt_why {task.label} says what it waits for.")


def claim(site: Site, agent: Callable[[], Held[Agent]], reference: str | None, obstacle: Obstacle) -> Task:
    """Assigns a task to the agent that asks for it.

    Args:
        site: The town.
        agent: Reads who claims.
        reference: The task, as people call it; the next one if absent.
        obstacle: As in `choose`.

    Returns:
        The task, assigned to the agent.

    Raises:
        UnknownTaskError: There is no such task, or nothing to claim.
        UnlawfulMoveError: As `check_claim`.
    """
    for _ in range(_TRIES):
        me = agent()
        held = _wanted(site, me.value, reference, obstacle)
        task = held.value
        if task.assigned_to == me.value.id and task.state in UNDER_WAY:
            return task
        check_claim(me.value, task, site.ledger.backlog(), obstacle)
        taken = take(site, me, held)
        if taken is not None:
            return taken
    raise StaleError(site.keys.task(held.value.id))


def _wanted(site: Site, agent: Agent, reference: str | None, obstacle: Obstacle) -> Held[Task]:
    if reference is not None:
        return site.ledger.find(reference)
    everything = site.ledger.all()
    chosen = choose(agent, [held.value for held in everything.values()], site.ledger.backlog(), obstacle)
    if chosen is None:
        raise UnknownTaskError("there is nothing to claim now", "tt_status shows what the town does.")
    return everything[chosen.id]
