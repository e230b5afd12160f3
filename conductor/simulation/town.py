"""A simulated town: the store, the line to it with its faults, whose heart beats, and who waits for what."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from uuid import UUID

from conductor.pace import LEASE_SECONDS, RENEW_SECONDS
from conductor.simulation.agenda import Agenda, Answer
from conductor.simulation.change import Change, Writer
from conductor.simulation.dice import Dice
from conductor.simulation.fate import Fates
from conductor.simulation.pulse import Pulse
from conductor.simulation.setting import Setting
from conductor.simulation.steps import SECOND, Ask, Process, Signal, Sleep, Steps, Wait, micros
from conductor.simulation.store import Store
from tinytown.errors import RedisUnreachableError, StoreError
from tinytown.record import Held
from tinytown.report import Report
from tinytown.states import AgentState, TaskState

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""When every simulation begins."""

LATENCY = 122
"""A round trip to Redis on the same machine, as measured with redis-py's blocking client. Microseconds."""

IDLE_LOOK = 5 * SECOND
"""An idle worker looks so often whether it was buried."""

BROKEN = "the connection broke"
LOOK = "look for yourself"
"""Words of signals."""

_LOST = SECOND
"""After so long without an answer a connection counts as broken."""
_SLOW = (0.5, 5.0)
_OUTAGES = (1.0, 30.0)
_NOTICE = SECOND // 2
"""A worker looks twice a second whether its attempt is still wanted."""
_MOST_STEPS, _MOST_STEPS_OF_TRY = 20_000, 1_000


class Town:
    """What conductors and agents of one simulation share.

    Args:
        setting: What is simulated.
        seed: Decides on every chance.
    """

    def __init__(self, setting: Setting, seed: int) -> None:
        self.setting = setting
        self.dice = Dice(seed)
        self.fates = Fates(setting, self.dice)
        tries = sum(10 + task.retries for task in setting.tasks)
        self.agenda = Agenda(self._answer, self._buried, _MOST_STEPS + _MOST_STEPS_OF_TRY * tries)
        self.writer = Writer()
        self.store = Store(
            (Held(task, self.writer.text()) for task in setting.tasks), lambda: self.agenda.now, self._changed
        )
        self.struck: Counter[str] = Counter()
        """How often each fault has struck."""
        self.processes: dict[UUID, Process] = {}
        """The process of each agent."""
        self.starting: set[UUID] = set()
        """The agents that somebody is about to start, who holds their locks."""
        self.pulses: dict[UUID, Pulse] = {}
        self.disks: dict[str, Report] = {}
        """What each agent could not report, by its name."""
        self.laters: Counter[UUID] = Counter()
        self.mail: defaultdict[UUID, Signal] = defaultdict(Signal)
        self.recall: defaultdict[UUID, Signal] = defaultdict(Signal)
        self.stir = Signal()
        """Something happened that a conductor should know."""
        self.succession = Signal()
        """The lease may become free."""
        self._back = Signal()
        self._down_since: int | None = None
        self._changes = 0
        self._requests: Counter[str] = Counter()
        self._hearts: dict[Process, Pulse] = {}
        self._moment = (0, BEGINNING)

    # Time

    def moment(self) -> datetime:
        """The simulated moment."""
        if self._moment[0] != self.agenda.now:
            self._moment = (self.agenda.now, BEGINNING + timedelta(microseconds=self.agenda.now))
        return self._moment[1]

    def until(self, moment: datetime) -> int:
        """A moment as simulated time."""
        return (moment - BEGINNING) // timedelta(microseconds=1)

    # Life and death

    def heart(self, process: Process, pulse: Pulse) -> None:
        """The heart that falls silent when a process dies."""
        self._hearts[process] = pulse

    def alive(self) -> list[UUID]:
        """The agents whose hearts are heard."""
        return [agent for agent, pulse in self.pulses.items() if pulse.is_heard(self.agenda.now)]

    def is_dead(self, agent: UUID) -> bool:
        """Whether an agent's process is gone for certain."""
        process = self.processes.get(agent)
        return agent not in self.starting and (process is None or process.over)

    def lease_pulse(self) -> Pulse:
        """A conductor's heart."""
        return Pulse(self.agenda.now, micros(RENEW_SECONDS), micros(LEASE_SECONDS))

    def silence(self, pulse: Pulse) -> None:
        """A heart falls silent; who should notice will look when it is due."""
        pulse.stop(self.agenda.now)
        self.agenda.give(self.stir)
        self.agenda.give(self.succession)

    def stand_still(self, pulse: Pulse, span: int) -> Steps[None]:
        """A process is stopped for a while, its heart too."""
        self.silence(pulse)
        yield Sleep(span)
        pulse.go_on(self.agenda.now)

    # The store

    def change(self, lease: str | None = None) -> Change:
        """A change to be made."""
        return Change(self.writer, lease)

    def commit(self, change: Change) -> Steps[None]:
        """Makes a change.

        Raises:
            StaleError, LostLeaseError: It was refused.
            RedisUnreachableError: It may or may not have been made.
        """
        yield Ask(lambda: self.store.commit(change))

    def await_store(self) -> Steps[None]:
        """Waits until the store answers."""
        yield Sleep(SECOND // 20)
        while self._down_since is not None:
            yield Wait(self._back)

    def strike(self, fault: str) -> None:
        """A fault is counted."""
        self.struck[fault] += 1

    def _answer(self, process: Process, ask: Ask) -> Answer:
        if self._down_since is not None:
            return Answer(LATENCY, error=_unreachable())
        try:
            value, error = ask.request(), None
        except StoreError as refusal:
            value, error = None, refusal
        faults = self.setting.faults
        if not faults.lost and not faults.slow:
            return Answer(LATENCY, value, error)
        self._requests[process.name] += 1
        about = (process.name, self._requests[process.name])
        if self.dice.happens(faults.lost, "lost", *about):
            self.strike("answers lost")
            return Answer(_LOST, error=_unreachable())
        if self.dice.happens(faults.slow, "slow", *about):
            self.strike("slow answers")
            return Answer(micros(self.dice.between(*_SLOW, "slowness", *about)), value, error)
        return Answer(LATENCY, value, error)

    def _changed(self, change: Change) -> None:
        give = self.agenda.give
        for agent, _ in change.letters:
            give(self.mail[agent])
        for before, after in change.tasks:
            agent_before = before.value.assigned_to
            if before.value.state is TaskState.RUNNING and agent_before and after.value.state is TaskState.PENDING:
                give(self.recall[agent_before], delay=_NOTICE)
        for _, held in change.agents:
            if held.value.gone:
                give(self.mail[held.value.id], LOOK, delay=IDLE_LOOK)
            elif held.value.state is AgentState.DRAINING:
                give(self.mail[held.value.id], LOOK)
        if change.events:
            give(self.stir)
        if not change.tasks:  # else those who come back from one outage would bring about the next
            return
        self._changes += 1
        if self.dice.happens(self.setting.faults.outage, "outage", self._changes):
            self._go_down(micros(self.dice.between(*_OUTAGES, "away", self._changes)))

    def _go_down(self, span: int) -> None:
        self.strike("Redis away")
        self._down_since = self.agenda.now
        for signal in (*self.mail.values(), self.stir, self.succession):
            self.agenda.give(signal, BROKEN)
        self.agenda.start("outage", self._outage(span))

    def _outage(self, span: int) -> Steps[None]:
        yield Sleep(span)
        self.store.expire(self._down_since or 0)
        self._down_since = None
        self.agenda.give(self._back)

    def _buried(self, process: Process) -> None:
        pulse = self._hearts.pop(process, None)
        if pulse is not None:
            self.silence(pulse)


def heed(word: str | None) -> str | None:
    """A signal's word.

    Raises:
        RedisUnreachableError: The connection broke while it was waited for.
    """
    if word == BROKEN:
        raise _unreachable()
    return word


def _unreachable() -> RedisUnreachableError:
    return RedisUnreachableError("Redis does not answer", "")
