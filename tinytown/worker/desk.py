"""An agent's own record and its task in Redis: the moves that its process makes, each one transaction.

Whatever the agent relies on is expected: if it was buried, told to stop, or its task was taken away or edited
in the meantime, the move is refused and looked at anew.
"""

import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from tinytown.agents import Agent
from tinytown.bury import free
from tinytown.channel import Channel, Delivery
from tinytown.clock import now, rfc3339
from tinytown.connection import Command, Connection
from tinytown.errors import RedisUnreachableError, StaleError, StoreError, StoreFullError, SupersededError
from tinytown.events import agent_event, read_event, task_event
from tinytown.keys import PAUSED
from tinytown.messages import Message
from tinytown.outcome import write_outcome
from tinytown.patience import Patience, insist
from tinytown.record import Held
from tinytown.report import Report, discard, keep
from tinytown.site import Site
from tinytown.states import AgentState, TaskState
from tinytown.tasks import Task
from tinytown.transaction import Transaction
from tinytown.worker.inquiries import LOOK_MESSAGES, answer_waiting
from tinytown.worker.notes import Note
from tinytown.worker.stall import tell_stall
from tinytown.worker.unplanned import resume_unplanned

GLANCE_SECONDS = 1.0
"""So long Redis may take to answer while a command runs."""

_log = logging.getLogger(__name__)


class Desk:
    """What one agent's process knows of itself in Redis.

    Args:
        site: The town.
        agent: The agent's id.
    """

    def __init__(self, site: Site, agent: UUID) -> None:
        self._site = site
        self._connection = site.connection
        self._id = agent
        self.channel = Channel(site.connection, site.keys)
        self._town_rests = False  # as far as we know: the store tells when we want to begin something
        self.ledger = site.ledger
        self._patience = Patience(site.connection)
        # A look beside a running command must not wait for Redis: the command's end and time limit would be missed.
        self._glances = Connection(site.connection.address, patience=GLANCE_SECONDS)
        self._process: tuple[str | None, int] | None = None  # as we have enrolled
        self.held = insist(self._read)

    @property
    def me(self) -> Agent:
        return self.held.value

    def refresh(self) -> Agent:
        """Reads the agent's record again.

        Raises:
            SupersededError: It is another process's now; what is said in its name is no longer ours to say.
        """
        self.held = self._read()
        ours = self._process in (None, (self.me.host, self.me.pid))
        if not ours and not self.me.gone:
            place = f"pid {self.me.pid} on {self.me.host}" if self.me.pid else f"one on {self.me.host}"
            raise SupersededError(
                f'another process works as agent "{self.me.name}" now: {place}', "Leave it to that."
            )
        return self.me

    def glance(self, task: UUID) -> tuple[Agent, Task | None]:
        """This agent and a task as they are now; who asks how it is doing gets an answer.

        Raises:
            StoreError: Redis does not answer at once.
        """
        agent_key, task_key = self._site.keys.agent(self._id), self._site.keys.task(task)
        mail: Command = ("LRANGE", self._site.keys.inbox(self._id), 0, LOOK_MESSAGES - 1)
        (mine, text), waiting = self._glances.run_all([("MGET", agent_key, task_key), mail])
        me = Agent.from_json(mine or "")
        with suppress(StoreError):  # a store that takes no answer must not keep us from what it says
            answer_waiting(Channel(self._glances, self._site.keys), me, waiting)
        return me, None if text is None else Task.from_json(text)

    def is_mine(self, task: Task, attempt: int) -> bool:
        """Whether this attempt at a task is still this agent's."""
        return task.attempt == attempt and task.assigned_to == self._id

    def enroll(self) -> None:
        """Becomes idle, and frees what an earlier process of this agent had in its hands."""
        while self.me.state is not AgentState.DRAINING:  # else it was told to stop before it was ready
            if self.me.gone:  # was buried because it took long to start
                self.return_to_life()
            transaction = Transaction(self._site.keys)
            reason = f"agent {self.me.name} was started anew"
            tasks = self.ledger.all().values()
            free(transaction, self._connection, self.me, tasks, reason, crashed=True, begun_only=True)
            state = AgentState.PAUSED if self.me.state is AgentState.PAUSED else AgentState.IDLE
            after = self.me.become(state, pid=os.getpid(), current_task=None)
            held = transaction.change_agent(self.held, after)
            transaction.tell(agent_event(after))
            try:
                transaction.commit(self._connection)
            except StaleError:
                self.refresh()
            else:
                self.held, self._process = held, (after.host, os.getpid())
                resume_unplanned(self._site, self.me)
                return

    def begin(self, message: Message) -> Held[Task] | None:
        """Starts a task that lies in the inbox. Returns it, or None if it is not ours to start any more.

        Args:
            message: The assignment. It may carry the task as it was assigned, which saves reading it.
        """
        attempt = message.get("attempt")
        try:
            held = self._assigned(message)
        except RedisUnreachableError:
            raise
        except (StoreError, TypeError, ValueError, AttributeError) as error:
            _log.warning("an assignment that makes no sense: %s: %s", message.text, error)
            return None
        if held is not None and attempt is None:  # sent by another program: whatever attempt it is at
            attempt = held.value.attempt
        while held is not None and held.value.state is TaskState.ASSIGNED and self.is_mine(held.value, attempt):
            if not self.me.receptive:
                return None
            started = held.value.start()
            transaction = Transaction(self._site.keys)
            task = transaction.change_task(held, started)
            me = transaction.change_agent(self.held, self.me.take(started.id))
            transaction.tell(task_event("started", started, self.me.name))
            transaction.expect_field(self._site.keys.plan, PAUSED, None)
            try:
                transaction.commit(self._connection)
            except StaleError as error:
                held = self._overtaken(error, started.id)
            except RedisUnreachableError as error:
                self.await_redis(error)
                self.refresh()
                held = self.ledger.get(started.id)
                if held is not None and held.text == task.text:
                    return held  # it had been done, only the answer was lost
            else:
                self.held = me
                return task
        return None

    def _overtaken(self, error: StaleError, task: UUID) -> Held[Task] | None:
        """The task as it is after a refusal to start it; None if the town is paused."""
        self.refresh()
        self._town_rests = error.key == self._site.keys.plan
        return None if self._town_rests else self.ledger.get(task)

    @property
    def rests(self) -> bool:
        """Whether nothing may be begun: this agent, or the whole town, is paused."""
        return self._town_rests or self.me.state is AgentState.PAUSED

    def look_around(self) -> None:
        """Reads anew whether anything may be begun, and answers who asks how it is doing."""
        self.refresh()
        self._town_rests = bool(self._connection.run("HEXISTS", self._site.keys.plan, PAUSED))
        inbox = self._site.keys.inbox(self._id)
        answer_waiting(self.channel, self.me, self._connection.run("LRANGE", inbox, 0, LOOK_MESSAGES - 1))

    def tell_stall(self, task: Task, silent: float) -> bool:
        """Tells that a task's command has put out nothing for so many seconds. Returns whether that is settled."""
        return tell_stall(self._site.keys, self._glances, self.me, task, silent)

    def finish(self, held: Held[Task], report: Report, taken: Delivery | None, notes: Sequence[Note] = ()) -> bool:
        """Reports what came of an attempt, becomes idle, and acknowledges the messages that it has dealt with.

        Waits for Redis if it is away; the report is on disk by then.

        Args:
            held: The task as it was started.
            report: What came of it.
            taken: The assignment; None if it is still in the inbox.
            notes: The messages that its prompt carried. They count as read when it has completed: whoever makes the
                next attempt after a failure knows nothing of this one.

        Returns:
            Whether the report counted. A late one does not: the task was taken away, or has ended already.
        """
        current: Held[Task] | None = held
        counts = True
        while True:
            counts = current is not None and report.awaited(current.value, self._id)
            transaction = Transaction(self._site.keys)
            if current is not None and counts:
                write_outcome(transaction, current, report, self.me)
            if taken is not None:
                transaction.acknowledge(taken.agent, taken.text)
            completed = counts and report.state is TaskState.COMPLETED
            for note in notes if completed else ():
                transaction.acknowledge(note.taken.agent, note.taken.text)
                transaction.tell(read_event(note.message, self.me.name, held.value))
            after = self.me.rest(completed=completed)
            me = transaction.change_agent(self.held, after)
            if not counts and after.state is not self.me.state:  # else the task's event tells that we are free
                transaction.tell(agent_event(after))
            try:
                transaction.commit(self._connection)
            except StaleError:
                self.refresh()
            except (RedisUnreachableError, StoreFullError) as error:
                self.keep(report)
                self.await_redis(error)
                if self.refresh().to_json() == me.text:
                    break  # it had been done, only the answer was lost
            else:
                self.held = me
                break
            current = self.ledger.get(report.task)
        discard(self._site.folder(self.me.name))
        return counts

    def keep(self, report: Report) -> None:
        """Keeps what could not be reported on disk."""
        try:
            keep(self._site.folder(self.me.name), report)
        except OSError as error:  # a full disk: it is reported all the same, if we live until there is space
            _log.warning("cannot keep the result on disk: %s", error.strerror)

    def drain(self) -> None:
        """Takes no new tasks any more."""
        while self.refresh().state is not AgentState.DRAINING and not self.me.gone:
            self._move(self.me.become(AgentState.DRAINING), Transaction(self._site.keys))

    def return_to_life(self) -> None:
        """Was buried but lives: registers again under its old name.

        Whoever buried it has deleted its heartbeat; until the next one it would be taken for dead again.
        """
        expiry_ms = int(self._site.config.agent.dead_after_secs * 1000)
        while self.refresh().gone:
            self._process = None
            beat = Transaction(self._site.keys).lease(self._site.keys.alive(self._id), rfc3339(now()), expiry_ms)
            self._move(self.me.revive(), beat)

    def _move(self, after: Agent, transaction: Transaction) -> None:
        held = transaction.change_agent(self.held, after)
        transaction.tell(agent_event(after))
        try:
            transaction.commit(self._connection)
        except StaleError:
            return
        self.held = held

    def await_redis(self, error: StoreError) -> None:
        """Waits until Redis answers again.

        Raises:
            TownStoppedError: It was stopped on purpose.
        """
        news = self._patience.is_news(error)
        if news:
            _log.warning("%s; waiting for it", error)
        self._patience.wait(error)
        if news:
            _log.info("Redis answers")

    def _read(self) -> Held[Agent]:
        held = self._site.roster.get(self._id)
        if held is None:
            raise StoreError(f"agent {self._id} is not in Redis", "Start it anew: tt spawn")
        return held

    def _assigned(self, message: Message) -> Held[Task] | None:
        """The task of an assignment: as it is in the message, or else as it is in Redis."""
        text = message.get("task")
        return Held(Task.from_json(text), text) if text else self.ledger.get(UUID(message.get("task_id")))
