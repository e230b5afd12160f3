"""The simulated person who approves what waits for it, after a while."""

from collections.abc import Iterable
from uuid import UUID

from conductor.simulation.steps import Ask, Sleep, Steps, micros
from conductor.simulation.town import Town
from tinytown.errors import RedisUnreachableError, StaleError
from tinytown.events import task_event
from tinytown.record import Held
from tinytown.tasks import Task


class Person:
    """Approves tasks, each once for each run of it.

    Args:
        town: Where.
    """

    def __init__(self, town: Town) -> None:
        self._town = town
        self._asked: set[tuple[UUID, int]] = set()

    def ask(self, tasks: Iterable[Task]) -> None:
        """Tasks wait for nothing but approval."""
        after = self._town.setting.approve_after
        for task in tasks if after is not None else ():
            if (task.id, task.attempt) not in self._asked:
                self._asked.add((task.id, task.attempt))
                self._town.agenda.start("person", self._approve(task, micros(after or 0)))

    def _approve(self, task: Task, after: int) -> Steps[None]:
        yield Sleep(after)
        while True:
            try:
                held: Held[Task] = yield Ask(lambda: self._town.store.tasks[task.id])
                if held.value.ended or not held.value.unapproved:
                    return
                approved = held.value.approve("a simulated person", None)
                change = self._town.change()
                change.change_task(held, approved)
                change.unshelved.append(task.id)
                change.events.append(task_event("approved", approved))
                yield from self._town.commit(change)
            except StaleError:
                continue
            except RedisUnreachableError:
                yield from self._town.await_store()
            else:
                return
