"""The truth of a simulation: what Redis would hold. A change is made whole, or refused whole."""

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from conductor.simulation.change import Change, Letter
from conductor.simulation.pulse import Pulse
from tinytown.agents import Agent
from tinytown.errors import LostLeaseError, StaleError
from tinytown.events import Event
from tinytown.hands import holds
from tinytown.record import Held
from tinytown.tasks import Task

LEASE = "conductor"
"""The key that a change relies on when it is made on a conductor's authority."""


class Store:
    """Tasks, agents, mail, events, the backlog and the lease.

    Args:
        tasks: As they stand at the beginning.
        now: Tells the simulated moment.
        changed: Told of each change that was made.
    """

    def __init__(
        self, tasks: Iterable[Held[Task]], now: Callable[[], int], changed: Callable[[Change], None]
    ) -> None:
        self.tasks = {held.value.id: held for held in tasks}
        self.agents: dict[UUID, Held[Agent]] = {}
        self.events: list[Event] = []
        self.moments: list[int] = []
        self.backlog: set[UUID] = set()
        self.inboxes: dict[UUID, list[Letter]] = defaultdict(list)
        self._taken: dict[UUID, list[Letter]] = defaultdict(list)
        self._lease: tuple[str, Pulse] | None = None
        self._now = now
        self._changed = changed

    # Reads

    def get_many(self, tasks: Iterable[UUID]) -> list[Held[Task]]:
        """Some tasks."""
        return [self.tasks[key] for key in tasks]

    def held_by(self, agent: UUID) -> list[Held[Task]]:
        """The tasks that an agent has in its hands."""
        return [held for held in self.tasks.values() if holds(agent, held.value)]

    def snapshot(self) -> Mapping[UUID, Held[Task]]:
        """All tasks, as they are now."""
        return dict(self.tasks)

    def roster(self) -> Mapping[UUID, Held[Agent]]:
        """All agents, as they are now."""
        return dict(self.agents)

    # Mail

    def take(self, agent: UUID) -> Letter | None:
        """The head of an inbox, which is now taken and not yet done with."""
        inbox = self.inboxes[agent]
        if not inbox:
            return None
        letter = inbox.pop(0)
        self._taken[agent].append(letter)
        return letter

    def acknowledge(self, agent: UUID, letter: Letter) -> None:
        """A taken letter is done with."""
        if letter in self._taken[agent]:
            self._taken[agent].remove(letter)

    # The lease

    def holder(self) -> str | None:
        """Who is in charge."""
        if self._lease is not None and self._lease[1].is_heard(self._now()):
            return self._lease[0]
        return None

    def take_lease(self, conductor: str, pulse: Pulse) -> bool:
        """Puts a conductor in charge, if nobody else is. Returns whether it is."""
        holder = self.holder()
        if holder is None:
            self._lease = (conductor, pulse)
            pulse.go_on(self._now())
        return holder in (None, conductor)

    def lease_ends(self) -> int | None:
        """When the lease runs out; None if it does not as things are."""
        return None if self._lease is None else self._lease[1].expires

    def expire(self, silent_since: int) -> None:
        """The lease runs out that could not be renewed while the store was away."""
        if self._lease is not None and self._lease[1].silent_since is None:
            pulse = self._lease[1]
            pulse.stop(silent_since)
            if pulse.is_heard(self._now()):
                pulse.go_on(self._now())
            else:
                self._lease = None

    # Changes

    def commit(self, change: Change) -> None:
        """Makes a change.

        Raises:
            LostLeaseError: Another conductor is in charge; nothing was written.
            StaleError: Something that it relies on is no longer so; nothing was written.
        """
        if change.lease is not None and self.holder() != change.lease:
            raise LostLeaseError(LEASE)
        for task, _ in change.tasks:
            if self.tasks[task.value.id].text != task.text:
                raise StaleError(task.value.label)
        for agent, new in change.agents:
            there = self.agents.get(new.value.id)
            if (there and there.text) != (agent and agent.text):
                raise StaleError(new.value.name)
        self._write(change)
        self._changed(change)

    def _write(self, change: Change) -> None:
        self.tasks.update((held.value.id, held) for _, held in change.tasks)
        self.agents.update((held.value.id, held) for _, held in change.agents)
        for agent, freed, kept in change.sorted_out:
            self._sort(agent, freed, kept)
        for agent, letter in change.done_with:
            self.acknowledge(agent, letter)
        for agent, letter in change.letters:
            self._deliver(agent, letter)
        self.backlog.update(change.shelved)
        self.backlog.difference_update(change.unshelved)
        self.events += change.events
        self.moments += [self._now()] * len(change.events)

    def _sort(self, agent: UUID, freed: frozenset[UUID], kept: frozenset[UUID]) -> None:
        back = [letter for letter in self._taken.pop(agent, []) if letter.held.value.id in kept]
        waiting = [letter for letter in self.inboxes[agent] if letter.held.value.id not in freed]
        self.inboxes[agent] = sorted([*back, *waiting], key=_urgent_first)

    def _deliver(self, agent: UUID, letter: Letter) -> None:
        insort(self.inboxes[agent], letter, key=_urgent_first)


def _urgent_first(letter: Letter) -> int:
    return -letter.rank
