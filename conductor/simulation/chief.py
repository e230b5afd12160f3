"""A simulated conductor: it takes the lease, looks, hears, decides and commits; or it dies, and another takes over.

Step by step what the loop does, with the same board and the same decisions.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from conductor.actions import Action, Advance, Release, Shelve
from conductor.board import Board
from conductor.deaths import is_lost
from conductor.decide import decide
from conductor.hear import hear
from conductor.pace import BATCH, SWEEP_SECONDS
from conductor.queues import UNAPPROVED
from conductor.simulation.bounds import Bounds
from conductor.simulation.burial import bury
from conductor.simulation.change import Change
from conductor.simulation.crew import Crew
from conductor.simulation.person import Person
from conductor.simulation.pulse import Pulse
from conductor.simulation.recruit import Recruiter
from conductor.simulation.steps import SECOND, Ask, DiedError, Sleep, Steps, Wait, micros
from conductor.simulation.town import Town, heed
from tinytown.agents import Agent
from tinytown.errors import LostLeaseError, RedisUnreachableError, StaleError
from tinytown.events import Event, task_event
from tinytown.record import Held
from tinytown.tasks import Task

_SWEEP = micros(SWEEP_SECONDS)
_STANDSTILL = 15 * SECOND
_PERILS = ("before a commit", "after a commit", "standstill")
_REPEATED = 5


class Chief:
    """One conductor.

    Args:
        town: What it conducts.
        crew: The agents that it may start.
        person: Who approves.
        bounds: Where it is noted what holds tasks back.
        name: Its name; no other conductor ever had it.
    """

    def __init__(self, town: Town, crew: Crew, person: Person, bounds: Bounds, name: str) -> None:
        self._town = town
        self._store = town.store
        self._person = person
        self._bounds = bounds
        self.name = name
        self.pulse: Pulse = town.lease_pulse()
        self.board = Board(town.setting.unassigned_to)
        self._recruiter = Recruiter(town, crew, self.board)
        self._shelved: set[UUID] = set()
        self._heard = -1  # not known yet from where on it listens
        self._commits = self._follows = 0
        self._forgiving_until = 0
        self._swept_at = -_SWEEP

    def reign(self) -> Steps[None]:
        """Conducts when it is in charge, and stands by when it is not."""
        while True:
            yield from self._stand_by()
            try:
                yield from self._conduct()
            except LostLeaseError:
                self._town.strike("conductors out of office")

    def _stand_by(self) -> Steps[None]:
        while True:
            try:
                if (yield Ask(lambda: self._store.take_lease(self.name, self.pulse))):
                    return
                ends = self._store.lease_ends()
                if ends is None:
                    heed((yield Wait(self._town.succession)))
                else:
                    yield Sleep(max(ends - self._town.agenda.now, 1))
            except RedisUnreachableError:
                yield from self._town.await_store()

    def _conduct(self) -> Steps[None]:
        self._forgive()
        fresh = True
        while True:
            try:
                if fresh:
                    yield from self._reload()
                    fresh = False
                yield from self._sweep_if_due()
                yield from self._act()
                yield from self._hear((yield from self._follow()))
            except RedisUnreachableError:
                yield from self._town.await_store()
                self._forgive()
                fresh = True

    def _forgive(self) -> None:
        """Nobody could beat. Give everybody time to be heard again."""
        self._forgiving_until = self._town.agenda.now + micros(self._town.setting.dead_after)

    def _reload(self) -> Steps[None]:
        if self._heard < 0:
            self._heard = yield Ask(lambda: len(self._store.events))
        self.board.policy = self._town.setting.policy
        self.board.load_tasks((yield Ask(self._store.snapshot)))
        self._shelved = yield Ask(lambda: set(self._store.backlog))
        yield from self._look()

    def _look(self) -> Steps[None]:
        self.board.see_agents(*(yield Ask(lambda: (self._store.roster(), self._town.alive()))))

    # What happened

    def _follow(self) -> Steps[Sequence[Event]]:
        """What has happened since it was last heard of; waits for it, but not longer than until the next sweep."""
        events = self._store.events
        if len(events) == self._heard:
            self._bounds.note(self._town.agenda.now, self.board)
            heed((yield Wait(self._town.stir, self._patience())))
        self._follows += 1
        since = self._heard
        if self._town.dice.happens(self._town.setting.faults.again, "again", self.name, self._follows):
            self._town.strike("events heard again")
            since = max(0, since - _REPEATED)
        news: Sequence[Event] = yield Ask(lambda: events[since:])
        self._heard = since + len(news)
        return news

    def _patience(self) -> int | None:
        """Until when nothing needs to be done. Sweeps that would find nothing are left out."""
        moments = list(map(self._town.until, self.board.delayed.values()))
        if self._recruiter.restless or self._somebody_is_lost():
            moments.append(self._next_sweep())
        return min(moments, default=None)

    def _next_sweep(self) -> int:
        sweeps = -(-(self._town.agenda.now - self._swept_at) // _SWEEP)
        return self._swept_at + max(sweeps, 1) * _SWEEP

    def _somebody_is_lost(self) -> bool:
        """Whether a sweep would find a heart that fell silent, or is heard again, or work of one who has left."""
        town, alive = self._town, self.board.alive
        return any(
            self.board.load[key] > 0
            if held.value.gone
            else key not in alive or town.is_dead(key) or town.pulses[key].silent_since is not None
            for key, held in self._store.agents.items()
        )

    def _hear(self, events: Sequence[Event]) -> Steps[None]:
        news = hear(self.board, events)
        if news.tasks:
            self._see((yield Ask(lambda: self._store.get_many(news.tasks))))
        if news.agents:
            yield from self._look()

    # What is done

    def _act(self) -> Steps[None]:
        board = self.board
        while True:
            for task in board.due(self._town.moment()):
                board.undelay(task)
            actions = decide(board, board.take_unsettled(), self._shelved, BATCH)
            if not actions:
                self._person.ask(board.tasks[key] for _, key in board.ready[UNAPPROVED])
                if (yield from self._staff(foresight=False)):
                    continue
                return
            try:
                yield from self._carry_out(actions)
            except LostLeaseError:
                raise
            except StaleError:
                self._town.strike("decisions refused as outdated")
                yield from self._reload()

    def _carry_out(self, actions: Sequence[Action]) -> Steps[None]:
        yield from self._learn_texts(actions)
        change = self._town.change(self.name)
        outcomes: list[Held[Task]] = []
        for action in actions:
            if isinstance(action, Shelve):
                change.shelved.append(action.task)
            elif isinstance(action, Advance):
                outcomes.append(self._advance(change, action))
            elif isinstance(action, Release):
                outcomes.append(self._release(change, action))
        change.unshelved += [held.value.id for held in outcomes]
        yield from self._commit(change)
        self._see(outcomes)
        self._shelved.update(change.shelved)
        self._shelved.difference_update(change.unshelved)

    def _advance(self, change: Change, action: Advance) -> Held[Task]:
        reason = action.task.result if action.task.skipped else None
        change.events.append(task_event(action.what, action.task, reason=reason))
        return change.change_task(self._text(action.task.id), action.task)

    def _release(self, change: Change, action: Release) -> Held[Task]:
        held, agent = self._text(action.task), self.board.agents[action.agent].value
        outcome = change.change_task(held, held.value.assign(agent.id))
        change.hand_over(outcome, agent)
        return outcome

    def _learn_texts(self, actions: Sequence[Action]) -> Steps[None]:
        """Reads the tasks of which only an event was heard."""
        changes = [action for action in actions if isinstance(action, Advance | Release)]
        wanted = [action.task.id if isinstance(action, Advance) else action.task for action in changes]
        unknown = [task for task in wanted if self.board.held(task) is None]
        if unknown:
            found: list[Held[Task]] = yield Ask(lambda: self._store.get_many(unknown))
            for held in found:
                if held.value.state is not self.board.tasks[held.value.id].state:
                    raise StaleError(held.value.label)
            self._see(found)

    def _see(self, found: Iterable[Held[Task]]) -> None:
        for held in found:
            self.board.see(held.value, held.text)

    def _text(self, task: UUID) -> Held[Task]:
        held = self.board.held(task)
        if held is None:
            raise StaleError(self.board.tasks[task].label)
        return held

    def _commit(self, change: Change) -> Steps[None]:
        self._commits += 1
        peril = self._peril()
        if peril == _PERILS[0]:
            self._die(peril)
        elif peril == _PERILS[2]:
            self._town.strike("conductors that stood still")
            yield from self._town.stand_still(self.pulse, _STANDSTILL)
        yield from self._town.commit(change)
        if peril == _PERILS[1]:
            self._die(peril)

    def _peril(self) -> str | None:
        """What befalls the conductor at its present commit."""
        dice, about = self._town.dice, (self.name, self._commits)
        if dice.happens(self._town.setting.faults.conductor, "conductor", *about):
            return _PERILS[int(dice.number("conductor's peril", *about) * len(_PERILS))]
        return None

    def _die(self, where: str) -> None:
        self._town.strike(f"conductors died {where}")
        raise DiedError

    # The sweep

    def _sweep_if_due(self) -> Steps[None]:
        lost = self._somebody_is_lost()
        if self._town.agenda.now < self._swept_at + _SWEEP or not (lost or self._recruiter.restless):
            return
        self._swept_at = self._town.agenda.now
        if lost:
            yield from self._bury_the_dead()
        yield from self._staff(foresight=True)

    def _staff(self, *, foresight: bool) -> Steps[bool]:
        """Starts whom the work lacks, and sends away who is in the way. Returns whether anything came of it."""
        changed: bool = yield from self._recruiter.recruit(foresight=foresight)
        if changed:
            yield from self._look()
        return changed

    def _bury_the_dead(self) -> Steps[None]:
        yield from self._look()
        for held in list(self.board.agents.values()):
            if self._is_lost(held.value):
                try:
                    yield from self._bury(held)
                except LostLeaseError:
                    raise
                except StaleError:
                    yield from self._reload()

    def _is_lost(self, agent: Agent) -> bool:
        forgiven = self._town.agenda.now < self._forgiving_until
        silent = agent.id not in self.board.alive and not forgiven
        return is_lost(agent, load=self.board.load[agent.id], dead=self._town.is_dead(agent.id), silent=silent)

    def _bury(self, held: Held[Agent]) -> Steps[None]:
        """Frees the work of an agent that is dead."""
        key = held.value.id
        mine = [task for task, value in self.board.tasks.items() if value.assigned_to == key]
        tasks: list[Held[Task]] = yield Ask(lambda: self._store.get_many(mine))
        change = self._town.change(self.name)
        after, freed = bury(change, held, tasks, self._town.disks.get(held.value.name))
        yield from self._commit(change)
        self.board.see_agents({**self.board.agents, key: after}, self.board.alive - {key})
        if freed:
            self._see((yield Ask(lambda: self._store.get_many(freed))))
