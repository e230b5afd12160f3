"""What must be true at every step, in every state, and when nobody can go on; said anew, apart from the code.

Of a step: only the holder of the lease conducts; attempts count up by one, and only when a task is released; a task
is released, and a group completes, only when the plan says so; what completed stays as it was.
Of a state: every released attempt lies in exactly one list of mail, that of its agent; no edit that was pushed is
lost; the journal keeps the laws of delivery.
At rest: nothing is in anybody's hands, no mail lies about, and each task has ended or waits for something.
"""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from planner.plan import Entry
from tests.journal_laws import Laws as Delivery
from tests.model.commit import Values
from tests.plans import Model
from tinytown.events import Event
from tinytown.messages import Message
from tinytown.states import TaskState
from tinytown.tasks import Task

if TYPE_CHECKING:
    from tests.model.scene import Scene

_OFFICE = ("conductor", "events")
"""What a conductor may write that does not have the lease: it takes it, and tells so."""
_DEFINED = ("description", "agent", "needs", "retries", "approval")
_RUNTIME = ("state", "attempt", "result", "completed_at", "assigned_to")


@cache
def _task(text: str) -> Task:
    return Task.from_json(text)


@cache
def _entry(text: str) -> Entry:
    return Entry.from_json(text)


@cache
def _message(text: str) -> Message:
    return Message.from_json(text)


class Laws:
    """The laws of one scene, with what was found already."""

    def __init__(self, scene: "Scene") -> None:
        self._scene = scene
        self._keys = scene.keys
        self._steps: dict[tuple[int, int, str], list[str]] = {}
        self._states: dict[int, list[str]] = {}

    def step(self, numbers: tuple[int, int], stores: tuple[Values, Values], who: str) -> list[str]:
        """What an actor's step breaks, and the state that it leads to.

        Args:
            numbers: Of the store before and after.
            stores: The store before and after.
            who: The actor's name.
        """
        key = (*numbers, who)
        if key not in self._steps:
            self._steps[key] = [*self._office(*stores, who), *self._moves(*stores, who)]
        if numbers[1] not in self._states:
            self._states[numbers[1]] = self._state(stores[1])
        return [*self._steps[key], *self._states[numbers[1]]]

    def at_rest(self, values: Values, living: frozenset[str]) -> list[str]:
        """What is wrong when nobody can go on.

        Args:
            values: The store.
            living: The names of the processes that are there.
        """
        if not any(name.startswith("c") for name in living):
            return []
        found: list[str] = []
        tasks = self.tasks(values)
        model = Model(tasks)
        works = any(name.startswith("w") for name in living)
        for task in tasks.values():
            if task.state is TaskState.ASSIGNED or (task.state is TaskState.RUNNING and not task.group):
                found.append(f"{task.label} is {task.state} for ever")
            elif task.group and task.state is TaskState.RUNNING and _done(model, task):
                found.append(f"the group {task.label} is done and does not end")
            elif model.may_start(task) and (task.group or works):
                found.append(f"{task.label} could start and does not")
        for key, value in values.items():
            if works and key.startswith((f"{self._keys.prefix}inbox:", f"{self._keys.prefix}processing:")):
                found.append(f"mail lies about in {key}: {len(value.content)}")
        return found

    def tasks(self, values: Values) -> dict[UUID, Task]:
        start = self._keys.task("")
        found = [_task(value.content) for key, value in values.items() if key.startswith(start)]
        return {task.id: task for task in found}

    # Of a step

    def _office(self, before: Values, after: Values, who: str) -> list[str]:
        if not who.startswith("c") or self._scene.holder(before) == who:
            return []
        prefix = len(self._keys.prefix)
        changed = {key[prefix:] for key in {*before, *after} if before.get(key) != after.get(key)}
        return [f"{who} writes {key} without the lease" for key in sorted(changed.difference(_OFFICE))]

    def _moves(self, before: Values, after: Values, who: str) -> list[str]:
        found: list[str] = []
        old, new = self.tasks(before), self.tasks(after)
        model = Model(old)
        for task in new.values():
            was = old.get(task.id)
            if was is not None and was is not task:
                found += [f"{task.label}: {why}" for why in _breaches(model, Model(new), was, task)]
        found += [f"{task.label} is gone" for task in old.values() if task.id not in new]
        if who.startswith("w") and any(new[key].attempt != old[key].attempt for key in old.keys() & new.keys()):
            found.append(f"{who} begins an attempt that nobody released")
        return found

    # Of a state

    def _state(self, values: Values) -> list[str]:
        tasks = self.tasks(values)
        return [*self._mail(values, tasks), *self._edits(values, tasks), *self._journal(values, tasks)]

    def _mail(self, values: Values, tasks: Mapping[UUID, Task]) -> list[str]:
        places: dict[tuple[str, int], list[str]] = {}
        for kind in ("inbox", "processing"):
            start = f"{self._keys.prefix}{kind}:"
            for key, value in values.items():
                for text in value.content if key.startswith(start) else ():
                    one = _message(text)
                    places.setdefault((one.get("task_id"), one.get("attempt")), []).append(key)
        found: list[str] = []
        for task in tasks.values():
            there = places.get((str(task.id), task.attempt), [])
            own = [self._keys.processing(task.assigned_to or "")]
            if task.state is TaskState.ASSIGNED:
                own.append(self._keys.inbox(task.assigned_to or ""))
            elif task.state is not TaskState.RUNNING or task.group:
                continue
            if len(there) != 1 or there[0] not in own:
                found.append(f"{task.label} is {task.state} and lies in {there}")
        return found

    def _edits(self, values: Values, tasks: Mapping[UUID, Task]) -> list[str]:
        pushed = [_entry(text) for name, text in values[self._keys.plan].content if not name.startswith(":")]
        live = {task.plan_id: task for task in tasks.values()}
        return [
            f"the {name} of {entry.id} was pushed and is lost"
            for entry in pushed
            for name in _DEFINED
            if getattr(live[entry.id], name) != getattr(entry, name)
        ]

    def _journal(self, values: Values, tasks: Mapping[UUID, Task]) -> list[str]:
        laws = Delivery(self._keys.prefix.split(":")[1], tasks)
        events = [Event.read(entry, list(flat)) for entry, flat in values[self._keys.events].content]
        laws.read(events)
        if sum(event.type == "agent.error" for event in events) > self._scene.faults.mortal:
            laws.breaches.append("an agent was buried more often than a heart stopped")
        live = {key for key, past in laws.past.items() if past.live is not None}
        held = {task.id for task in tasks.values() if _is_held(task)}
        return [*laws.breaches, *(f"{tasks[key].label}: records and journal disagree" for key in live ^ held)]


def _is_held(task: Task) -> bool:
    return task.state in (TaskState.ASSIGNED, TaskState.RUNNING) and not task.group


def _done(model: Model, group: Task) -> bool:
    return all(one.state is TaskState.COMPLETED for one in model.below(group))


def _breaches(before: Model, after: Model, was: Task, task: Task) -> list[str]:
    found: list[str] = []
    if was.state is TaskState.COMPLETED and any(getattr(was, name) != getattr(task, name) for name in _RUNTIME):
        found.append("it had completed and changes")
    released = was.state is TaskState.PENDING and task.state is TaskState.ASSIGNED
    if task.attempt != was.attempt + released:
        found.append(f"after attempt {was.attempt}, {was.state}, comes attempt {task.attempt}, {task.state}")
    if task.state is TaskState.ASSIGNED is not was.state and not released:
        found.append(f"it was {was.state} and is released")
    if released and not before.may_start(was):
        found.append("released before its time")
    if task.group and task.state is TaskState.COMPLETED is not was.state and not _done(after, task):
        found.append("the group completes before its members")
    return found
