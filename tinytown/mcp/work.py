"""What a client does to its task: starts it, completes or fails it."""

import logging
import threading
from datetime import timedelta
from uuid import UUID

from tinytown.agents import BY_CLIENT
from tinytown.clis import Cli
from tinytown.clock import now, seconds, spell
from tinytown.errors import StoreError, UnlawfulMoveError
from tinytown.ids import CONDUCTOR_ID
from tinytown.messages import ASSIGNMENT, Message
from tinytown.record import Held
from tinytown.report import Report
from tinytown.site import Site
from tinytown.states import TaskState
from tinytown.tasks import Task
from tinytown.worker.attempt import Outcome, Workplace, accepted
from tinytown.worker.desk import Desk
from tinytown.worker.guard import Guard

_log = logging.getLogger(__name__)


class Work:
    """The one task that a client works on, if it does.

    Args:
        site: The town.
        desk: The agent's record and task in Redis.
        guard: Watches over acceptance commands.
        lock: Held by whoever uses the desk; let go of while an acceptance command runs.
    """

    def __init__(self, site: Site, desk: Desk, guard: Guard, lock: threading.RLock) -> None:
        self._site = site
        self._desk = desk
        self._place = Workplace(site, desk.me.name, str(desk.me.id), Cli(BY_CLIENT, ()), guard)
        self._lock = lock
        self._running: Held[Task] | None = None
        self._lost: tuple[UUID, str] | None = None
        self._judging = False

    @property
    def busy(self) -> bool:
        return self._running is not None

    def start(self, task: Task) -> Task:
        """Begins a task that is assigned to this agent. Returns it, running.

        Raises:
            UnlawfulMoveError: Another is in work, it is not this agent's, or nothing may begin now.
        """
        if self._running is not None:
            if self._running.value.id == task.id:
                return self._running.value
            label = self._running.value.label
            raise UnlawfulMoveError(
                f'"{label}" is in work', f"End that first: tt_complete {label} or tt_fail {label}."
            )
        held = self._desk.begin(_assignment(self._desk.me.id, task))
        if held is None:
            raise self._refusal(task)
        self._running, self._lost = held, None
        return held.value

    def complete(self, task: Task, result: str) -> tuple[Task, bool]:
        """Says that the task in work is done; its acceptance command, if it has one, has the last word.

        Returns:
            The task as it is then, and whether it was accepted.

        Raises:
            UnlawfulMoveError: It is not in work, or was taken away meanwhile.
        """
        held = self._in_work(task)
        if held.value.accept is not None:
            outcome = self._judged(held.value, result)
        else:
            outcome = Outcome(TaskState.COMPLETED, result)
        return self._end(held, outcome), outcome.state is TaskState.COMPLETED

    def fail(self, task: Task, error: str) -> Task:
        """Says that the attempt in work has failed. Returns the task: failed, or pending if it is tried again.

        Raises:
            UnlawfulMoveError: It is not in work, or was taken away meanwhile.
        """
        return self._end(self._in_work(task), Outcome(TaskState.FAILED, error))

    def look(self) -> None:
        """Lets go of a task that is not this agent's any more, and fails one whose time is up."""
        held = self._running
        if held is None or self._judging:
            return
        task = held.value
        current = self._site.ledger.get(task.id)
        if current is None or not self._report(task, Outcome(TaskState.FAILED, "")).awaited(
            current.value, self._desk.me.id
        ):
            state = "gone" if current is None else str(current.value.state)
            self._settle(held, Outcome(TaskState.FAILED, ""))
            self.forget(f"it is {state} now, by somebody else's word")
        elif (
            task.timeout and task.started_at and now() > task.started_at + timedelta(seconds=seconds(task.timeout))
        ):
            words = f"timed out after {spell(seconds(task.timeout))}"
            self._settle(held, Outcome(TaskState.FAILED, words))
            self.forget(words)

    def forget(self, why: str) -> None:
        """The task in work is not this agent's any more.

        Args:
            why: Told to the client when it speaks of it again.
        """
        if self._running is not None:
            _log.info("%s: %s", self._running.value.label, why)
            self._lost, self._running = (self._running.value.id, why), None

    def _in_work(self, task: Task) -> Held[Task]:
        if self._judging:
            raise UnlawfulMoveError(f'the acceptance command of "{task.label}" runs', "Wait for its end.")
        if self._running is not None and self._running.value.id == task.id:
            return self._running
        if self._lost is not None and self._lost[0] == task.id:
            raise _taken(task, self._lost[1])
        raise UnlawfulMoveError(
            f'task "{task.label}" is {task.state}, not in work by "{self._desk.me.name}"',
            f"Claim it and start it first: tt_claim {task.label}, tt_start {task.label}.",
        )

    def _judged(self, task: Task, result: str) -> Outcome:
        self._judging = True
        self._lock.release()
        try:
            return accepted(self._place, task, result, lambda: self._stop(task))
        finally:
            self._lock.acquire()
            self._judging = False

    def _stop(self, task: Task) -> str | None:
        try:
            me, current = self._desk.glance(task.id)
        except StoreError:
            return None
        if me.stop_now:
            return f"agent {me.name} was told to stop"
        mine = current is not None and self._desk.is_mine(current, task.attempt)
        return None if mine and current is not None and current.state is TaskState.RUNNING else "taken away"

    def _end(self, held: Held[Task], outcome: Outcome) -> Task:
        counted = self._settle(held, outcome)
        self._running = None
        task = self._site.ledger.get(held.value.id)
        after = held.value if task is None else task.value
        if not counted:
            raise _taken(after, f"it is {after.state} now")
        return after

    def _settle(self, held: Held[Task], outcome: Outcome) -> bool:
        mail = [
            taken
            for taken in self._desk.channel.taken(self._desk.me.id)
            if taken.message is not None
            and taken.message.type == ASSIGNMENT
            and str(taken.message.get("task_id")) == str(held.value.id)
        ]
        counted = self._desk.finish(held, self._report(held.value, outcome), mail[0] if mail else None)
        for taken in mail[1:]:  # of an attempt that it lost
            self._desk.channel.acknowledge(taken)
        return counted

    def _report(self, task: Task, outcome: Outcome) -> Report:
        return Report(
            task=task.id, attempt=task.attempt, state=outcome.state, result=outcome.result, later=outcome.later
        )

    def _refusal(self, task: Task) -> UnlawfulMoveError:
        held = self._site.ledger.get(task.id)
        current = task if held is None else held.value
        if self._desk.rests:
            return UnlawfulMoveError("the town, or this agent, is paused", "Wait until a person resumes it.")
        if current.assigned_to == self._desk.me.id and not self._desk.me.receptive:
            return UnlawfulMoveError(f"this agent is {self._desk.me.state}", "It begins nothing any more.")
        return UnlawfulMoveError(
            f'task "{current.label}" is {current.state} and not yours to start', f"tt_claim {current.label} first."
        )


def _assignment(agent: UUID, task: Task) -> Message:
    return Message.new(ASSIGNMENT, sender=CONDUCTOR_ID, to=agent, task_id=str(task.id), attempt=task.attempt)


def _taken(task: Task, why: str) -> UnlawfulMoveError:
    return UnlawfulMoveError(
        f'task "{task.label}" was taken from you: {why}', "Stop working on it: what you say of it does not count."
    )
