"""Tasks in Redis: reads them, and makes the changes that people and programs ask for."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from uuid import UUID

from tinytown.connection import Connection
from tinytown.errors import AmbiguousError, UnknownTaskError
from tinytown.events import task_event
from tinytown.ids import PLAN_ID, nearest, task_id
from tinytown.keys import Keys
from tinytown.needs import by_name, full_id
from tinytown.record import Held
from tinytown.tasks import Task
from tinytown.transaction import Transaction

_BATCH = 1000
_SHOWN = 5


class Ledger:
    """The town's tasks.

    Args:
        connection: An open connection.
        keys: The town's keys.
        town: The town's name, which the ids of planned tasks depend on.
    """

    def __init__(self, connection: Connection, keys: Keys, town: str) -> None:
        self._connection = connection
        self._keys = keys
        self._town = town

    def ids(self) -> list[UUID]:
        """The ids of all tasks, sorted."""
        return sorted(UUID(text) for text in self._connection.run("SMEMBERS", self._keys.tasks))

    def get(self, task: UUID) -> Held[Task] | None:
        """One task, or None."""
        text = self._connection.run("GET", self._keys.task(task))
        return None if text is None else Held(Task.from_json(text), text)

    def get_many(self, tasks: Iterable[UUID]) -> dict[UUID, Held[Task]]:
        """Those of the tasks that exist."""
        wanted = list(tasks)
        found: dict[UUID, Held[Task]] = {}
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            texts = self._connection.run("MGET", *(self._keys.task(task) for task in batch))
            for task, text in zip(batch, texts, strict=True):
                if text is not None:
                    found[task] = Held(Task.from_json(text), text)
        return found

    def all(self) -> dict[UUID, Held[Task]]:
        """Every task: those of the plan in the plan's order, then the others by age."""
        found = self.get_many(self.ids())
        ordered = sorted(found.items(), key=lambda item: _place(item[1].value))
        return dict(ordered)

    def prerequisites(self, task: Task) -> list[Task]:
        """The tasks that a task builds on, as far as they exist: its parent, then its needs."""
        parent = [task.parent_id] if task.parent_id else []
        ids = [key for need in task.needs for key in (task_id(self._town, need), full_id(need)) if key]
        found = {key: held.value for key, held in self.get_many(dict.fromkeys([*parent, *ids])).items()}
        if not set(task.needs) <= by_name({**found, task.id: task}).keys():
            # One that was renamed, or that a pull has put into the plan, has an id of its own.
            found = {key: held.value for key, held in self.all().items()}
        names = by_name({**found, task.id: task})
        wanted = dict.fromkeys([*parent, *(names[need] for need in task.needs if need in names)])
        return [found[key] for key in wanted if key in found]

    def backlog(self) -> list[UUID]:
        """The unassigned tasks that are ready, the longest waiting first."""
        found: list[UUID] = []
        for text in self._connection.run("LRANGE", self._keys.backlog, 0, -1):
            with suppress(ValueError):  # another program may have put anything there
                found.append(UUID(text))
        return found

    def find(self, reference: str) -> Held[Task]:
        """The task that a person means: its plan id, its full id, or an unmistakable beginning of either.

        Raises:
            UnknownTaskError: There is none.
            AmbiguousError: There are several.
        """
        direct = self.get(task_id(self._town, reference)) if PLAN_ID.fullmatch(reference) else None
        if direct is not None and direct.value.plan_id == reference:  # else it was renamed since
            return direct
        return meant(reference, list(self.all().values()))

    def change(self, before: Held[Task], after: Task, what: str, agent: str | None = None) -> None:
        """Commits one task's change and tells the journal.

        Args:
            before: The task as it was read.
            after: The task as it is to be.
            what: The event's verb: `completed`, `failed`, `cancelled`, `requeued` …
            agent: The name of the agent concerned, for the event.

        Raises:
            StaleError: The task was changed in the meantime.
        """
        transaction = Transaction(self._keys)
        transaction.change_task(before, after)
        transaction.drop_from_backlog(after.id)
        transaction.tell(task_event(what, after, agent))
        transaction.commit(self._connection)


def _place(task: Task) -> tuple[bool, int, float, str]:
    planned = task.plan_id is not None
    return (not planned, task.order, task.created_at.timestamp(), str(task.id))


def meant(reference: str, tasks: Sequence[Held[Task]]) -> Held[Task]:
    """The one of some tasks that a person means; the errors are those of `Ledger.find`."""
    wanted = reference.lower()
    fitting = (
        [held for held in tasks if held.value.plan_id == reference]
        or [held for held in tasks if str(held.value.id) == wanted]
        or [held for held in tasks if wanted and _begins(held.value, reference, wanted)]
    )
    if not fitting:
        raise _unknown(reference, tasks)
    if len(fitting) > 1:
        names = [held.value.plan_id or str(held.value.id) for held in fitting]
        if len({*names}) < len(names):  # an id of the plan that two tasks bear
            names = [str(held.value.id) for held in fitting]
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        some = ", ".join(names[:_SHOWN])
        raise AmbiguousError(f'"{reference}" fits {len(fitting)} tasks: {some}{more}', "Write more of the id.")
    return fitting[0]


def _begins(task: Task, reference: str, wanted: str) -> bool:
    return str(task.id).startswith(wanted) or (task.plan_id or "").startswith(reference)


def _unknown(reference: str, tasks: Iterable[Held[Task]]) -> UnknownTaskError:
    guess = nearest(reference, [held.value.plan_id for held in tasks if held.value.plan_id])
    hint = f'Did you mean "{guess}"? ' if guess else ""
    return UnknownTaskError(f'no task is called "{reference}"', f"{hint}`tt tasks` lists them.")
