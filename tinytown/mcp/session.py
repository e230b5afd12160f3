"""One client's life in the town: it registers under a name, beats its heart, and gives up what it has when it ends.

The client decides what to do and when; this process only keeps its place. Everything that it takes is held as any
agent holds it, so attempts, retries and the refusal of late reports are the same.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from tinytown.agents import BY_CLIENT, Agent, Wish
from tinytown.channel import Channel
from tinytown.connection import Connection
from tinytown.errors import AgentExistsError, RedisUnreachableError, StoreError, StoreFullError, TinytownError
from tinytown.mcp.mail import heed
from tinytown.mcp.work import Work
from tinytown.report import kept
from tinytown.site import Site
from tinytown.spawn import life_lock, register
from tinytown.states import AgentState
from tinytown.town import Town
from tinytown.worker.desk import Desk
from tinytown.worker.guard import Guard
from tinytown.worker.hand_in import hand_in
from tinytown.worker.heartbeat import PATIENCE, Heartbeat
from tinytown.worker.leave import leave

LOOK_SECONDS = 1.0
"""So soon the end of a task from elsewhere, and a wish to stop, are noticed."""

_NAMES = 100

_log = logging.getLogger(__name__)


class Session:
    """A client at work.

    Args:
        town: The town.
        desk: The agent's record and task.
        guard: Lets no acceptance command outlive this process.
        heartbeat: Beats already.

    `work` is what the client does; its methods, and all else that uses `desk`, hold `lock`.
    """

    def __init__(self, town: Town, desk: Desk, guard: Guard, heartbeat: Heartbeat) -> None:
        self.town = town
        self.desk = desk
        self._guard = guard
        self._heartbeat = heartbeat
        self._departed = False
        self._finished = False
        self.lock = threading.RLock()
        self.work = Work(town.site, desk, guard, self.lock)
        self.ending = threading.Event()

    @property
    def me(self) -> Agent:
        return self.desk.me

    def attend(self, over: Callable[[], None]) -> None:
        """Takes the mail and looks around, until the client is told to stop or `ending` is set. Then it departs.

        Args:
            over: Called in the end, unless the client itself has ended.
        """
        connection = self.town.another_connection()
        mail = Channel(connection, self.town.keys)
        reason = ""
        while not reason and not self.ending.is_set():
            try:
                taken = mail.receive(self.me.id, LOOK_SECONDS)
                with self.lock:
                    if taken is not None:
                        heed(self.town.site, self.desk, taken)
                    reason = self._look()
            except (RedisUnreachableError, StoreFullError) as error:
                _log.warning("%s", error)
                self.ending.wait(LOOK_SECONDS)
            except TinytownError as error:
                reason = error.message
        connection.close()
        if not self._finished:
            self.depart(reason or "interrupted")
            over()

    def finish(self) -> None:
        """The client has ended."""
        self._finished = True
        self.ending.set()

    def depart(self, reason: str) -> None:
        """Gives up what the client has in its hands, and signs off; once.

        Args:
            reason: Why, for the journal.
        """
        with self.lock:
            if self._departed:
                return
            self._departed = True
            _log.info("leaving: %s", reason)
            self._guard.dismiss()
            self._heartbeat.stop()
            try:
                leave(self.town.site, self.desk, f"agent {self.me.name} left: {reason}", AgentState.STOPPED)
            except StoreError as error:  # whoever finds it dead frees its work
                _log.warning("%s", error)

    def _look(self) -> str:
        """Comes back after having been taken for dead, lets go of what is its no more. Returns a reason to stop."""
        if self.desk.refresh().gone:
            _log.warning("was taken for dead; starting anew")
            self.work.forget("this agent was taken for dead")
            self.desk.return_to_life()
            self.desk.enroll()
        self.work.look()
        draining = self.me.state is AgentState.DRAINING
        return "told to stop" if draining and (self.me.stop_now or not self.work.busy) else ""


@contextmanager
def session(town: Town, name: str | None, role: str | None, over: Callable[[], None]) -> Iterator[Session]:
    """Registers a client and keeps it alive; on leaving, what it has in its hands goes back.

    Args:
        town: The town.
        name: Its name; the first free one of `mcp-1`, `mcp-2` … if absent.
        role: What tasks with `role = …` it answers to.
        over: Called when it was told to stop, and has.

    Raises:
        BadNameError, AgentExistsError, TooManyAgentsError: It cannot be.
    """
    with _registered(town.site, name, role) as (desk, lock):
        managed = town.server is not None
        pace = town.config.agent
        guard = Guard(keep=(lock,), merciful=managed)
        pulse = Connection(town.connection.address, patience=PATIENCE * pace.dead_after_secs)
        heartbeat = Heartbeat(pulse, town.keys, desk.me.id, pace, guard, managed=managed)
        heartbeat.start()
        here = Session(town, desk, guard, heartbeat)
        thread = threading.Thread(target=here.attend, args=(over,), name="attend", daemon=True)
        try:
            report = kept(town.site.folder(desk.me.name))
            if report is not None:
                hand_in(town.site, desk.me, report)
            desk.enroll()
            thread.start()
            yield here
            here.finish()
            thread.join()
        finally:
            here.depart("its client has ended")


@contextmanager
def _registered(site: Site, name: str | None, role: str | None) -> Iterator[tuple[Desk, int]]:
    numbers = count(1)
    while True:
        chosen = name or f"{BY_CLIENT}-{next(numbers)}"
        Agent.new(chosen, BY_CLIENT)  # refuses a bad name before a folder is made of it
        with life_lock(site, chosen) as lock:
            try:
                held = register(site, Wish(chosen, BY_CLIENT, role), lock)
            except AgentExistsError:
                if name or chosen == f"{BY_CLIENT}-{_NAMES}":
                    raise
                continue
            if lock is None:
                raise StoreError(f'agent "{chosen}" has no lock', "Start it again.")
            yield Desk(site, held.value.id), lock
            return
