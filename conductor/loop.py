"""The conductor's loop: hears what happened, lets the board see it, asks for decisions, carries them out.

It notes the journal's last id, loads a snapshot, and follows the events from that id with a blocking read: work
moves when an event says so. Every few seconds a sweep heals what no event tells: dead agents, due retries.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from conductor.board import Board
from conductor.carry import Carrier
from conductor.decide import decide
from conductor.hear import hear
from conductor.lease import Lease
from conductor.options import Options
from conductor.pace import BATCH, SWEEP_SECONDS
from conductor.policy import Policy
from conductor.queues import UNAPPROVED
from conductor.readiness import ASKS, UNFINISHED_PUSH
from conductor.recruit import Recruiter
from conductor.rest import resting
from conductor.standby import stand_by
from conductor.stopping import loads
from conductor.summary import Summary, summarize
from conductor.sweep import Sweeper
from conductor.team import expects, orphans
from tinytown.clock import now
from tinytown.connection import Connection
from tinytown.errors import LostLeaseError, RedisUnreachableError, StaleError, StoreError, StoreFullError
from tinytown.events import Event, town_event
from tinytown.journal import MOST, Journal
from tinytown.keys import GENERATION, META, PAUSED, PUSHING
from tinytown.patience import Patience
from tinytown.site import Site
from tinytown.states import ENDED, TaskState

RELOAD_SECONDS = 60.0
"""So often everything is read again, in case an event was trimmed before it was heard."""

T = TypeVar("T")


@dataclass(slots=True)
class _Times:
    """Moments of the monotonic clock."""

    began: float = field(default_factory=time.monotonic)
    reload_at: float = 0.0
    sweep_at: float = 0.0
    stuck_since: float | None = None


class Conductor:
    """One conductor of one town.

    Args:
        site: The town; its connection is the loop's own.
        pulse: A second connection, for renewing the lease.
        options: How to conduct.
        observe: Told of every event, also of those that come from nobody else: `conductor.standby`,
            `conductor.waiting`.
    """

    def __init__(self, site: Site, pulse: Connection, options: Options, observe: Callable[[Event], None]) -> None:
        self._site = site
        self._options = options
        self._observe = observe
        self._journal = Journal(site.connection, site.keys)
        self.board = Board(options.unassigned_to)
        self._lease = Lease(site.connection, pulse, site.keys)
        self._carrier = Carrier(site, self.board, self._lease)
        self._sweeper = Sweeper(site, self.board, self._lease)
        self._recruiter = Recruiter(site, self.board, options.hiring, observe)
        self._redis_patience = Patience(site.connection)
        self._times = _Times()
        self._last_id = ""
        self._grace = 0.0 if options.hiring else options.grace
        self.ended_here: set[UUID] = set()
        self._asked: set[tuple[UUID, int]] = set()
        self._rest_told: frozenset[str] = frozenset()

    def run(self) -> Summary:
        """Conducts until nothing more can happen; with `watch`, until it is interrupted.

        Raises:
            TownStoppedError: The town's Redis was stopped on purpose.
            StoreError: Redis cannot be used.
        """
        try:
            while True:
                with suppress(LostLeaseError):
                    stand_by(self._lease, self._journal, self._patiently, self._observe)
                    return self._conduct()
        finally:
            self._lease.give_up()

    @property
    def started_agents(self) -> list[str]:
        """The names of the agents that it started."""
        return self._recruiter.started

    def summary(self) -> Summary:
        """What has come of the plan so far."""
        elapsed = time.monotonic() - self._times.began
        return summarize(self.board, self.ended_here, now(), elapsed, self._options.plan)

    def _conduct(self) -> Summary:
        self._sweeper.forgive()
        self._patiently(self._reload)
        while True:
            try:
                self._sweep_if_due()
                self._act()
                if self._finished():
                    self._tell_the_rest()
                    self._reload()  # events do not tell whole results
                    return self.summary()
                self._hear(self._journal.follow(self._last_id, self._patience()))
            except (RedisUnreachableError, StoreFullError) as error:
                self._await_redis(error)
                self._sweeper.forgive()
                self._patiently(self._reload)

    def _reload(self) -> None:
        """Reads everything anew. What happens meanwhile is in the events after the last one heard."""
        self._last_id = self._last_id or self._journal.last_id()
        # The notes first: if a push comes in between, what is decided is refused, and everything is read again.
        notes = self._site.connection.run("HMGET", self._site.keys.plan, GENERATION, PUSHING, META, PAUSED)
        self.board.generation, self.board.halted = notes[0], notes[1] is not None
        self.board.policy, self.board.paused = Policy.read(notes[2]), notes[3]
        self.board.load_tasks(self._site.ledger.all())
        self._carrier.shelved = set(self._site.ledger.backlog())
        self._sweeper.look()
        self._times.reload_at = time.monotonic() + RELOAD_SECONDS

    def _act(self) -> None:
        """Decides and carries out, until there is nothing left to do for now."""
        while True:
            groups = self.board.take_unsettled()
            actions = decide(self.board, groups, self._carrier.shelved, BATCH)
            if not actions:
                self._ask()
                if self._staff(foresight=False):
                    continue
                return
            try:
                self._carrier.carry_out(actions)
            except LostLeaseError:
                raise
            except StaleError:
                self._reload()

    def _ask(self) -> None:
        """Says, once for each run of it, which task waits for nothing but a person's word."""
        for _, key in self.board.ready[UNAPPROVED]:
            task = self.board.tasks[key]
            if (key, task.attempt) not in self._asked and not self.board.withholds(task):
                self._asked.add((key, task.attempt))
                self._observe(town_event("conductor.waiting", reason=f"{task.label} {ASKS.format(task.label)}"))

    def _hear(self, events: Sequence[Event]) -> None:
        """Lets the board see what happened.

        A full batch means that more is behind it. A board that was told of a task's past only up to some point
        might take it for the present, so then everything is told first and the board is read anew.
        """
        behind = False
        while len(events) == MOST:
            behind = True
            self._tell(events)
            events = self._journal.follow(self._last_id, 0.0)
        if not events and not behind:
            return
        self._carrier.heed(events)
        news = hear(self.board, () if behind else events)
        self._tell(events)
        if news.plan or behind:
            self._reload()
        else:
            for held in self._site.ledger.get_many(news.tasks).values():
                self.board.see(held.value, held.text)
        if news.agents:
            self._sweeper.look()

    def _tell(self, events: Sequence[Event]) -> None:
        for event in events:
            self._last_id = event.id
            if event.task and event.state in ENDED:
                self.ended_here.add(UUID(event.task))
            self._observe(event)

    def _tell_the_rest(self) -> None:
        """Tells what was not heard, but read: the last tasks may have ended while Redis was away."""
        while events := self._journal.follow(self._last_id, 0.0):
            self._tell(events)

    def _sweep_if_due(self) -> None:
        moment = time.monotonic()
        if moment < self._times.sweep_at:
            return
        self._times.sweep_at = moment + SWEEP_SECONDS
        if moment >= self._times.reload_at:
            self._reload()
        for burial in self._sweeper.dead():
            try:
                self._carrier.bury(burial)
            except LostLeaseError:
                raise
            except StaleError:
                self._reload()
        for task in self.board.due(now()):
            self.board.undelay(task)
        self._staff(foresight=True)

    def _staff(self, *, foresight: bool) -> bool:
        """Starts whom the work lacks, and sends away who is in the way. Returns whether anything came of it."""
        changed = self._recruiter.recruit(foresight=foresight)
        if changed:
            self._sweeper.look()
        self._times.sweep_at = min(self._times.sweep_at, self._recruiter.again_at)
        return changed

    def _patience(self) -> float:
        """How long the blocking read may wait."""
        until_sweep = self._times.sweep_at - time.monotonic()
        until_due = min(((due - now()).total_seconds() for due in self.board.delayed.values()), default=60.0)
        if until_due < until_sweep:
            self._times.sweep_at = time.monotonic() + max(until_due, 0.0)
        return max(min(until_sweep, until_due), 0.001)

    def _finished(self) -> bool:
        """Whether nothing more can happen: nothing in work, nothing delayed, nothing that anybody could take."""
        if self._options.watch:
            return False
        delayed = any(not self.board.withholds(self.board.tasks[task]) for task in self.board.delayed)
        if delayed or self._runs() or self._rests() or any(loads(self.board).values()):
            self._times.stuck_since = None
            return False
        if self.board.halted:
            return self._given_up(town_event("conductor.waiting", reason=UNFINISHED_PUSH))
        if expects(self.board):
            return False
        waiting = orphans(self.board)
        if not waiting:
            return True
        if self._recruiter.hopes():
            return False
        return self._given_up(
            *(town_event("conductor.waiting", agent=name, task=task.label) for name, task in waiting.items())
        )

    def _runs(self) -> bool:
        """Whether an agent works on something, rather than only having it."""
        tasks = (self.board.tasks[key] for key in self.board.at_work)
        return bool(self.board.stopping) or any(task.state is TaskState.RUNNING for task in tasks)

    def _rests(self) -> bool:
        """Whether work waits for somebody to be resumed; who that is, is told once."""
        reasons = resting(self.board)
        for reason in reasons - self._rest_told:
            self._observe(town_event("conductor.waiting", reason=reason))
        self._rest_told = reasons
        return bool(reasons)

    def _given_up(self, *news: Event) -> bool:
        """Whether it was waited long enough for help from outside; what is waited for is told once."""
        if self._times.stuck_since is None:
            self._times.stuck_since = time.monotonic()
            for one in news:
                self._observe(one)
        return time.monotonic() - self._times.stuck_since >= self._grace

    def _patiently(self, read: Callable[[], T]) -> T:
        """Does what needs Redis, again if Redis was away."""
        while True:
            try:
                return read()
            except (RedisUnreachableError, StoreFullError) as error:
                self._await_redis(error)
                self._sweeper.forgive()

    def _await_redis(self, error: StoreError) -> None:
        if self._redis_patience.is_news(error):
            self._observe(town_event("conductor.waiting", reason=error.message))
        self._redis_patience.wait(error)
