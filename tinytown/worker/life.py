"""An agent's life: it takes the head of its inbox, does what it says, and takes the next."""

import logging
from collections.abc import Callable, Sequence
from time import monotonic

from tinytown.channel import Delivery
from tinytown.errors import RedisUnreachableError, StoreError, StoreFullError
from tinytown.messages import Message, wished
from tinytown.record import Held
from tinytown.report import Report, kept
from tinytown.states import AgentState, TaskState
from tinytown.tasks import Task
from tinytown.worker.attempt import Outcome, Workplace, attempt
from tinytown.worker.desk import Desk
from tinytown.worker.hand_in import hand_in
from tinytown.worker.inquiries import reply
from tinytown.worker.notes import Note, Notes
from tinytown.worker.rest import rest
from tinytown.worker.unplanned import adopt

LOOK_SECONDS = 5.0
"""An idle agent looks so often whether it was buried or told to stop without a message."""

_log = logging.getLogger(__name__)


class Life:
    """What an agent does from `idle` to `stopped`.

    Args:
        desk: Its record and tasks in Redis.
        place: Where it works.
        max_rounds: After so many tasks it stops; 0 for no end.
        idle_timeout: After so many seconds without work it stops; 0 for no end.
    """

    def __init__(self, desk: Desk, place: Workplace, max_rounds: int, idle_timeout: float) -> None:
        self._desk = desk
        self._place = place
        self._max_rounds = max_rounds
        self._idle_timeout = idle_timeout
        self._rounds = 0
        self._notes = Notes()
        self._idle_since = monotonic()

    def live(self) -> str:
        """Works until there is a reason to stop. Returns the reason."""
        here = False
        while True:
            try:
                if not here:
                    self._arrive()
                    here = True
                reason = self._reason_to_stop()
                if reason:
                    return reason
                if self._desk.rests:
                    self._rest()
                    continue
                taken = self._desk.channel.receive(self._desk.me.id, self._patience())
                if taken is not None:
                    self._heed(taken)
                elif self._desk.refresh().gone:
                    self._arrive()
            except (RedisUnreachableError, StoreFullError) as error:
                self._desk.await_redis(error)
                here = False

    def _reason_to_stop(self) -> str | None:
        if self._desk.me.state is AgentState.DRAINING:
            return "told to stop"
        if self._max_rounds and self._rounds >= self._max_rounds:
            return f"{self._rounds} tasks are done, as --max-rounds says"
        if self._idle_timeout and monotonic() - self._idle_since >= self._idle_timeout:
            return f"no work for {self._idle_timeout:g} s, as --idle-timeout says"
        return None

    def _rest(self) -> None:
        rest(self._desk, self._place.journal, LOOK_SECONDS, self._notes.kept)
        self._idle_since = monotonic()
        if self._desk.me.gone:
            self._arrive()

    def _patience(self) -> float:
        if not self._idle_timeout:
            return LOOK_SECONDS
        return min(LOOK_SECONDS, max(0.01, self._idle_since + self._idle_timeout - monotonic()))

    def _arrive(self) -> None:
        """To work: at first, after a time without Redis, or after having been taken for dead.

        It comes back under its old name; what it had taken is given back, what it had finished is reported.
        """
        if self._desk.refresh().gone:
            _log.warning("was taken for dead; starting anew")
            self._desk.return_to_life()
        report = kept(self._place.folder)
        if report is not None:
            hand_in(self._place.site, self._desk.me, report)
        self._notes.clear()
        self._desk.enroll()
        _log.info("%s is ready, with %s", self._desk.me.name, self._desk.me.cli)

    def _heed(self, taken: Delivery) -> None:
        message = taken.message
        if message is None:
            _log.warning("dropped what is no message: %.200r", taken.text)
            self._desk.channel.acknowledge(taken)
            return
        handle = self._handlers().get(message.type)
        if handle is None:
            _log.info("message %s: %s", message.type, message.text)
            self._desk.channel.acknowledge(taken)
        else:
            handle(taken, message)

    def _handlers(self) -> dict[str, Callable[[Delivery, Message], None]]:
        return {
            "task_assign": self._on_assignment,
            "task": self._on_wish,
            "query": self._on_wish,
            "informational": self._on_note,
            "confirmation": self._on_note,
            "status_request": self._on_inquiry,
            "ping": self._on_inquiry,
            "shutdown": self._on_shutdown,
        }

    def _on_assignment(self, taken: Delivery, message: Message) -> None:
        held = self._desk.begin(message)
        if held is None:
            if self._desk.me.gone:
                self._arrive()
            elif self._desk.me.receptive and not self._desk.rests:  # else it stays taken, and is given back
                _log.info("task %s is no longer mine to start", message.get("task_id"))
                self._desk.channel.acknowledge(taken)
            return
        self._rounds += 1
        task = held.value
        _log.info("%s: attempt %d", task.label, task.attempt)
        notes = self._notes.portion()
        outcome = self._attempt(held, notes)
        report = Report(
            task=task.id,
            attempt=task.attempt,
            state=outcome.state,
            result=outcome.result,
            later=outcome.later,
        )
        try:
            counted = self._desk.finish(held, report, taken, notes if self._place.reads_mail(task) else [])
        except StoreError:
            self._desk.keep(report)  # it counts when we are back
            raise
        verdict = outcome.state.value if counted else "too late or settled otherwise, so it does not count"
        _log.info("%s: %s", task.label, verdict)
        if counted and outcome.state is TaskState.COMPLETED and self._place.reads_mail(task):
            self._notes.drop(notes)
        self._idle_since = monotonic()

    def _attempt(self, held: Held[Task], notes: Sequence[Note]) -> Outcome:
        task = held.value
        before = self._before(task) if self._place.cli.command or task.run else []
        return attempt(
            self._place,
            task,
            before,
            [note.message for note in notes],
            lambda: self._should_stop(task),
            on_stall=lambda silent: self._desk.tell_stall(task, silent),
        )

    def _before(self, task: Task) -> list[Task]:
        """The tasks that this one builds on."""
        while True:
            try:
                return self._desk.ledger.prerequisites(task)
            except RedisUnreachableError as error:
                self._desk.await_redis(error)

    def _should_stop(self, task: Task) -> str | None:
        """Asked before a command begins and twice a second while it runs: a reason to end it."""
        try:
            me, current = self._desk.glance(task.id)
        except StoreError:
            return None  # Redis is away: the work goes on, its result will wait on disk
        if me.state is AgentState.DRAINING and me.stop_now:
            return f"agent {me.name} was told to stop"
        if current is None or not self._desk.is_mine(current, task.attempt):
            return "taken away"
        if current.state is TaskState.CANCELLED:
            return "cancelled"
        if current.skipped:
            return "skipped"
        return None

    def _on_wish(self, taken: Delivery, message: Message) -> None:
        """A message that asks for work becomes a task of our own, under the message's id."""
        wish = wished(message, self._desk.me.name, self._name(message))
        adopt(self._place.site, self._desk.me, taken, wish)

    def _on_note(self, taken: Delivery, message: Message) -> None:
        """Kept for the next prompt; it stays unacknowledged until that is dealt with, so that it survives us."""
        _log.info("noted: %s", message.text)
        self._notes.add(taken, message, self._name(message))

    def _on_inquiry(self, taken: Delivery, message: Message) -> None:
        self._desk.channel.answer(taken, reply(message, self._desk.me))

    def _name(self, message: Message) -> str | None:
        """What the sender of a message is called."""
        return self._desk.channel.names([message.sender]).get(message.sender)

    def _on_shutdown(self, taken: Delivery, message: Message) -> None:
        _log.info("shutdown, says %s", message.sender)
        self._desk.drain()  # first: if we fail in between, it is heard again
        self._desk.channel.acknowledge(taken)
