"""Tasks and the backlog of another program. Pure."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from tinytown.migration.found import Find, Survey
from tinytown.migration.layout import clip
from tinytown.migration.records import UnreadableError, task_of
from tinytown.migration.steps import Left, Step
from tinytown.states import UNDER_WAY, TaskState
from tinytown.tasks import Task

_FARTHEST = (
    TaskState.COMPLETED,
    TaskState.RUNNING,
    TaskState.ASSIGNED,
    TaskState.FAILED,
    TaskState.CANCELLED,
    TaskState.PENDING,
)
"""Of several tasks for one entry of the plan, the first one in this order is it."""


class Work:
    """Decides on tasks and backlogs.

    Args:
        seen: What was read.
        names: The names that agents have from now on.
        mail: For each agent, the tasks that its mail assigns.
        moment: Now.
    """

    def __init__(
        self, seen: Survey, names: Mapping[UUID, str], mail: Mapping[UUID, frozenset[UUID]], moment: datetime
    ) -> None:
        self._seen = seen
        self._names = names
        self._mail = mail
        self._moment = moment
        self._live = dict(seen.tasks)

    @property
    def plan_ids(self) -> dict[UUID, str]:
        """The plan ids of all tasks that have one."""
        return {ident: task.plan_id for ident, task in self._live.items() if task.plan_id}

    def tasks(self, finds: Sequence[Find]) -> tuple[list[Step], list[Left]]:
        """The steps for tasks; of those for one entry of the plan, only the one that got furthest."""
        left: list[Left] = []
        read: dict[UUID, tuple[Task, list[str], Find]] = {}
        for find in finds:
            ident = find.place.id
            if ident in read or ident in self._live:
                left.append(Left(find.key, "this town has a task of this id already"))
                continue
            try:
                read[ident] = (*task_of(find, self._moment), find)
            except UnreadableError as error:
                left.append(Left(find.key, str(error)))
        winners = {task.plan_id: task for task in self._live.values() if task.plan_id}
        steps = []
        for task, notes, find in sorted(read.values(), key=_precedence):
            winner = winners.get(task.plan_id) if task.plan_id else None
            if winner is not None:
                chosen = f"{winner.id} is {winner.state}"
                reason = f'one more task for "{task.plan_id}" of the plan, {task.state}; {chosen}'
                left.append(Left(find.key, reason))
                continue
            step = self._step(task, notes, find)
            steps.append(step)
            if task.plan_id:
                winners[task.plan_id] = task
            self._live[task.id] = step.task or task
        return sorted(steps, key=lambda step: step.sources[0].key), left

    def backlog(self, find: Find) -> tuple[Step | None, list[Left]]:
        """The step for a backlog, if there is anything to do: each task once, and only those that wait."""
        wanted: list[str] = []
        strange: list[str] = []
        for text in find.items:
            task = self._task(text)
            if task is None:
                strange.append(text)
            elif task.state is TaskState.PENDING and text.lower() not in wanted:
                wanted.append(text.lower())
        listed = strange if find.place.shared else [*wanted, *strange]
        told = ", ".join(map(clip, strange[:5]))
        left = [Left(find.key, f"ids in it that no task here has: {told}")] if strange else []
        if listed == list(find.items):
            return None, left
        moved = wanted if find.place.shared else []
        return Step(
            "backlog",
            [find],
            f"the backlog: {len(wanted)} task{'' if len(wanted) == 1 else 's'}",
            listed=listed,
            moved=moved,
        ), left

    def _task(self, text: str) -> Task | None:
        try:
            return self._live.get(UUID(text))
        except ValueError:
            return None

    def _step(self, task: Task, notes: list[str], find: Find) -> Step:
        after = self._settled(task, notes)
        base = None
        if after.plan_id and after.plan_id not in self._seen.planned:
            # What the last push of the other program wrote is what both sides knew last.
            told = {"id": after.plan_id, "description": after.description, "status": TaskState.PENDING.value}
            base = json.dumps({**told, **({"tags": list(after.tags)} if after.tags else {})}, ensure_ascii=False)
        return Step("task", [find], f'task "{after.label}" ({after.state})', notes, task=after, base=base)

    def _settled(self, task: Task, notes: list[str]) -> Task:
        """A task in nobody's hands; one that lies in the inbox of its agent stays there."""
        if task.state not in UNDER_WAY:
            return task
        owner = task.assigned_to
        name = self._names.get(owner) if owner else None
        agent = name if task.plan_id is None else task.agent
        if task.state is TaskState.ASSIGNED and name and owner and task.id in self._mail.get(owner, frozenset()):
            return task.evolve(agent=agent, attempt=max(task.attempt, 1))
        whom = f' by "{name}"' if name else ""
        notes.append(f"it was {task.state}{whom}: it begins anew")
        return task.requeue().evolve(agent=agent, attempt=max(task.attempt, 1), updated_at=task.updated_at)


def _precedence(one: tuple[Task, list[str], Find]) -> tuple[int, float, str]:
    task = one[0]
    return (_FARTHEST.index(task.state), -task.updated_at.timestamp(), str(task.id))
