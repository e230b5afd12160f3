"""A simulated agent: it starts, takes a task, begins it, works, reports, and takes the next. Or it dies on the way.

Step by step what a worker's process does, with the same moves.
"""

from contextlib import suppress
from uuid import UUID

from conductor.simulation.change import Letter
from conductor.simulation.fate import Fate, Peril
from conductor.simulation.leave import leave
from conductor.simulation.pulse import Pulse
from conductor.simulation.steps import SECOND, Ask, DiedError, Sleep, Steps, Wait
from conductor.simulation.town import IDLE_LOOK, LOOK, Town, heed
from tinytown.agents import Agent
from tinytown.ending import ended
from tinytown.errors import RedisUnreachableError, StaleError
from tinytown.events import agent_event, task_event
from tinytown.hands import let_go
from tinytown.record import Held
from tinytown.report import Report
from tinytown.states import AgentState, TaskState
from tinytown.tasks import Task

START = SECOND * 3 // 10
"""So long an agent's process takes to be ready. Microseconds."""

_TAKEN_AWAY = "taken away"


class Worker:
    """One life of one agent.

    Args:
        town: Where it lives.
        held: The agent as it was registered.
        pulse: Its heart.
        life: How many lives it has had.
        idle_timeout: After so many microseconds without work it leaves; 0 for never.
    """

    def __init__(self, town: Town, held: Held[Agent], pulse: Pulse, life: int, idle_timeout: int) -> None:
        self._town = town
        self._store = town.store
        self._held = held
        self._key: UUID = held.value.id
        self._name = held.value.name
        self._pulse = pulse
        self._life = life
        self._idle_timeout = idle_timeout
        self._idle_since = 0

    @property
    def _me(self) -> Agent:
        return self._held.value

    def live(self) -> Steps[None]:
        """From its start to its death or departure; one that never leaves waits for more work in the end."""
        yield Sleep(START)
        if self._town.fates.dies_starting(self._name, self._life):
            self._die("while starting")
        self._idle_since = self._town.agenda.now
        here = False
        while True:
            try:
                if not here:
                    yield from self._arrive()
                    here = True
                reason = self._reason_to_stop()
                if reason:
                    yield from leave(self._town, self._held, reason)
                    return
                letter = yield Ask(lambda: self._store.take(self._key))
                if letter is not None:
                    yield from self._heed(letter)
                elif not self._store.inboxes[self._key]:
                    yield from self._idle()
            except RedisUnreachableError:
                yield from self._town.await_store()
                here = False

    def _reason_to_stop(self) -> str | None:
        if self._me.state is AgentState.DRAINING:
            return "told to stop"
        if self._idle_timeout and self._town.agenda.now - self._idle_since >= self._idle_timeout:
            return f"no work for {self._idle_timeout / SECOND:g} s, as its idle timeout says"
        return None

    def _idle(self) -> Steps[None]:
        """Waits for mail or until it has waited long enough, and looks now and then whether it counts as alive."""
        there = self._store.agents[self._key].value
        word: str | None = LOOK
        if there.gone:
            yield Sleep(IDLE_LOOK)
        elif there.state is not AgentState.DRAINING:
            until = self._idle_since + self._idle_timeout if self._idle_timeout else None
            word = heed((yield Wait(self._town.mail[self._key], until)))
        if word == LOOK and (yield from self._refresh()).gone:
            yield from self._arrive()

    def _arrive(self) -> Steps[None]:
        """To work: at first, after a time without the store, or after having been taken for dead."""
        if (yield from self._refresh()).gone:
            yield from self._return_to_life()
        if self._name in self._town.disks:
            yield from self._hand_in(self._town.disks[self._name])
        yield from self._enroll()

    def _enroll(self) -> Steps[None]:
        while self._me.state is not AgentState.DRAINING:  # else it was told to stop before it was ready
            if self._me.gone:
                yield from self._return_to_life()
            mine: list[Held[Task]] = yield Ask(lambda: self._store.held_by(self._key))
            begun = [held for held in mine if held.value.state is TaskState.RUNNING]
            change = self._town.change()
            for held in begun:
                after, what = let_go(held.value, crashed=True)
                change.change_task(held, after)
                reason = f"agent {self._name} was started anew"
                change.events.append(task_event(what, after, self._name, reason=reason))
            freed = {held.value.id for held in begun}
            change.sort_mail(self._key, freed, {held.value.id for held in mine} - freed)
            idle = self._me.become(AgentState.IDLE, current_task=None)
            me = change.change_agent(self._held, idle)
            change.events.append(agent_event(idle))
            try:
                yield from self._town.commit(change)
            except StaleError:
                yield from self._refresh()
            else:
                self._held = me
                return

    def _return_to_life(self) -> Steps[None]:
        """Was buried but lives."""
        self._town.strike("agents taken for dead")
        while (yield from self._refresh()).gone:
            change = self._town.change()
            starting = self._me.revive()
            change.change_agent(self._held, starting)
            change.events.append(agent_event(starting))
            with suppress(StaleError):
                yield from self._town.commit(change)

    def _heed(self, letter: Letter) -> Steps[None]:
        assigned = letter.held.value
        fate = self._town.fates.of(assigned, self._town.laters[assigned.id])
        if fate.peril is Peril.TAKEN:
            self._die(Peril.TAKEN)
        held = yield from self._begin(letter)
        if held is None:
            if self._me.gone:
                yield from self._arrive()
            elif self._me.receptive:  # else it stays taken, and is given back
                yield Ask(lambda: self._store.acknowledge(self._key, letter))
            return
        report = yield from self._attempt(held.value, fate)
        yield from self._finish(held, report, letter)
        self._idle_since = self._town.agenda.now
        if fate.peril is Peril.REPORTED:
            self._die(Peril.REPORTED)

    def _begin(self, letter: Letter) -> Steps[Held[Task] | None]:
        """Starts a task. Returns None if it is not ours to start any more."""
        held: Held[Task] = letter.held
        key, attempt = held.value.id, held.value.attempt
        while held.value.state is TaskState.ASSIGNED and self._is_mine(held.value, attempt):
            if not self._me.receptive:
                return None
            started = held.value.start()
            change = self._town.change()
            task = change.change_task(held, started)
            me = change.change_agent(self._held, self._me.take(started.id))
            change.events.append(task_event("started", started, self._name))
            try:
                yield from self._town.commit(change)
            except StaleError:
                yield from self._refresh()
                held = yield Ask(lambda: self._store.tasks[key])
            except RedisUnreachableError:
                yield from self._town.await_store()
                yield from self._refresh()
                held = yield Ask(lambda: self._store.tasks[key])
                if held.text == task.text:
                    return held  # it had been done, only the answer was lost
            else:
                self._held = me
                return task
        return None

    def _attempt(self, task: Task, fate: Fate) -> Steps[Report]:
        taken_away = yield from self._work(task, fate)
        if taken_away:
            return Report(task=task.id, attempt=task.attempt, state=TaskState.PENDING, result=_TAKEN_AWAY)
        if fate.peril is Peril.DONE:
            self._die(Peril.DONE)
        later = fate.state is TaskState.PENDING
        self._town.laters[task.id] += later
        return Report(task=task.id, attempt=task.attempt, state=fate.state, result=fate.result, later=later)

    def _work(self, task: Task, fate: Fate) -> Steps[bool]:
        """The time that an attempt takes. Returns whether it was taken away before its end."""
        town = self._town
        end = town.agenda.now + fate.span
        if fate.peril is Peril.WORKING:
            yield Sleep(fate.moment)
            self._die(Peril.WORKING)
        if fate.freeze:
            yield Sleep(fate.moment)
            town.strike("agents that stood still")
            yield from town.stand_still(self._pulse, fate.freeze)
            if town.agenda.now < end and not (yield from self._is_wanted(task)):
                return True
        while town.agenda.now < end:
            word = yield Wait(town.recall[self._key], end)
            if word is not None and not (yield from self._is_wanted(task)):
                return True
        return False

    def _is_wanted(self, task: Task) -> Steps[bool]:
        """Whether the attempt that runs is still ours."""
        try:
            held: Held[Task] = yield Ask(lambda: self._store.tasks[task.id])
        except RedisUnreachableError:
            return True  # the work goes on
        return self._is_mine(held.value, task.attempt)

    def _finish(self, held: Held[Task], report: Report, letter: Letter) -> Steps[None]:
        """Reports what came of an attempt. A report that comes too late does not count."""
        town = self._town
        while True:
            counts = report.awaited(held.value, self._key)
            change = town.change()
            if counts:
                after, event = ended(held.value, report, self._name)
                change.change_task(held, after)
                change.events.append(event)
            change.done_with.append((self._key, letter))
            completed = counts and report.state is TaskState.COMPLETED
            me = change.change_agent(self._held, self._me.rest(completed=completed))
            try:
                yield from town.commit(change)
            except StaleError:
                yield from self._refresh()
            except RedisUnreachableError:
                town.disks[self._name] = report
                yield from town.await_store()
                yield from self._refresh()
                if self._held.text == me.text:
                    break  # it had been done, only the answer was lost
            else:
                self._held = me
                break
            held = yield Ask(lambda: self._store.tasks[report.task])
        if not counts and report.result != _TAKEN_AWAY:
            town.strike("late reports refused")
        town.disks.pop(self._name, None)

    def _hand_in(self, report: Report) -> Steps[None]:
        """Reports what an earlier life had kept on disk."""
        held: Held[Task] = yield Ask(lambda: self._store.tasks[report.task])
        while report.awaited(held.value, self._key):
            change = self._town.change()
            after, event = ended(held.value, report, self._name)
            change.change_task(held, after)
            change.events.append(event)
            try:
                yield from self._town.commit(change)
            except StaleError:
                held = yield Ask(lambda: self._store.tasks[report.task])
            else:
                break
        self._town.disks.pop(self._name, None)

    def _is_mine(self, task: Task, attempt: int) -> bool:
        return task.attempt == attempt and task.assigned_to == self._key

    def _refresh(self) -> Steps[Agent]:
        self._held = yield Ask(lambda: self._store.agents[self._key])
        return self._me

    def _die(self, where: str) -> None:
        self._town.strike(f"agents died {where}")
        raise DiedError
