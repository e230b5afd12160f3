"""Goes through all schedules of a scene: which actor goes next, and what breaks when.

States are visited by breadth, so that the first schedule that breaks a law is a shortest one. Schedules that lead
to the same state (the same store, and every actor with the same footprint) are gone through from there once.
"""

from collections.abc import Iterator
from typing import NamedTuple

from tests.model.actor import BROKEN, REFUSED
from tests.model.cast import Cast, Node, frozen
from tests.model.commit import Values, WrongTypeError
from tests.model.laws import Laws
from tests.model.report import Report, count_ways, path
from tests.model.scene import Faults, Scene
from tests.model.store import BLOCKED, WAITS, answer, expired, writes

DEAD = -1
"""Stands for the node of a process that has died."""


class State(NamedTuple):
    """Where everybody is.

    Args:
        store: The number of the store.
        nodes: For each actor the number of its node.
        faults: What may still go wrong.
    """

    store: int
    nodes: tuple[int, ...]
    faults: Faults


class Explorer:
    """One scene, gone through.

    Args:
        scene: Who plays, and what may go wrong.
        fine: Whether others may come between any two commands of an actor; otherwise its reads that follow one
            another are one step.
        restless: Whether whoever waits may look around at any time; otherwise only when it would see that a
            heart has stopped, or that nobody else can go on.
    """

    def __init__(self, scene: Scene, *, fine: bool = False, restless: bool = False) -> None:
        self._scene = scene
        self._fine = fine
        self._restless = restless
        self._cast = Cast(scene.scripts)
        self._laws = Laws(scene)
        self._stores: list[Values] = []
        self._numbers: dict[object, int] = {}
        self._answers: dict[tuple[int, int], tuple[object, int]] = {}

    def start(self) -> State:
        """After the actors that the scene names have come to rest, one after the other."""
        nodes = [self._cast.first(actor).number for actor in range(len(self._cast.names))]
        state = State(self._store(self._scene.values()), tuple(nodes), self._scene.faults)
        for name in self._scene.settled:
            actor = self._cast.names.index(name)
            while (found := self._go(state, actor)) is not None:
                state = found
        return state

    def explore(self, most: int = 2_000_000) -> Report:
        """Goes through everything, or to the first breach, or through so many states."""
        start = self.start()
        seen: dict[State, int] = {start: 0}
        came: list[tuple[int, str]] = [(0, "")]
        follows: list[list[int]] = []
        order = [start]
        report = Report()
        rests: list[int] = []
        try:
            for at, state in enumerate(order):
                follows.append([])
                for choice, after, breaches in self._steps(state):
                    if after == state:
                        continue
                    report.transitions += 1
                    if after not in seen:
                        seen[after] = len(order)
                        order.append(after)
                        came.append((at, choice))
                    follows[at].append(seen[after])
                    if breaches:
                        report.breaches, report.schedule = breaches, [*path(came, at), choice]
                        return report
                if self._rests(state):
                    rests.append(at)
                    report.rests += 1
                    report.breaches = self._laws.at_rest(self._stores[state.store], self._living(state))
                    if report.breaches:
                        report.schedule = path(came, at)
                        return report
                if len(order) > most:
                    return report
            report.whole = True
        finally:
            report.states, report.nodes = len(order), len(self._cast.nodes)
            self._cast.close()
        report.schedules = count_ways(follows, set(rests))
        return report

    def replay(self, schedule: list[str]) -> list[str]:
        """Goes one way only. Returns the breaches of its last step, and those at rest if it ends there."""
        state, found = self.start(), list[str]()
        try:
            for wanted in schedule:
                steps = {choice: (after, breaches) for choice, after, breaches in self._steps(state)}
                assert wanted in steps, f"{wanted} is not possible here, only {sorted(steps)}"
                state, found = steps[wanted]
            if self._rests(state):
                found = [*found, *self._laws.at_rest(self._stores[state.store], self._living(state))]
        finally:
            self._cast.close()
        return found

    # Steps

    def _steps(self, state: State) -> Iterator[tuple[str, State, list[str]]]:
        """All that may happen next: its name, what it leads to, and which laws it breaks."""
        ready = {
            actor: self._go(state, actor)
            for actor, name in enumerate(self._cast.names)
            if state.nodes[actor] != DEAD
            and self._node(state, actor).command is not None
            and (name not in self._scene.heirs or self._begun(state, actor) or self._is_dead(state, "w1"))
        }
        quiet = not any(ready.values())
        for actor, after in ready.items():
            name = self._cast.names[actor]
            if after is not None:
                yield name, after, self._judged(state, after, actor)
            yield from self._own(state, actor, name, quiet=quiet)
        yield from self._environment(state)

    def _rests(self, state: State) -> bool:
        """Whether everybody waits, and whoever looks around sees nothing to do."""
        there = [self._node(state, actor) for actor, node in enumerate(state.nodes) if node != DEAD]
        if any(node.command and node.before and node.command[0] not in WAITS for node in there):
            return False
        fine, self._fine = self._fine, False
        try:
            return all(after == state for choice, after, _ in self._steps(state) if ":" not in choice)
        finally:
            self._fine = fine

    def _own(self, state: State, actor: int, name: str, *, quiet: bool) -> Iterator[tuple[str, State, list[str]]]:
        command = self._node(state, actor).command
        assert command is not None
        if command[0] in WAITS and self._may_look(state, command, quiet=quiet):
            yield f"{name} waits no longer", self._advance(state, actor, None), []
        if state.faults.deaths and name in self._scene.mortals:
            nodes = (*state.nodes[:actor], DEAD, *state.nodes[actor + 1 :])
            yield f"{name}: dies", state._replace(nodes=nodes, faults=_spent(state.faults, "deaths")), []
        if state.faults.breaks and name in self._scene.mortals and writes(command) and command[0] != "KEEP":
            lost = state._replace(faults=_spent(state.faults, "breaks"))
            yield f"{name}: is not heard", self._advance(lost, actor, BROKEN), []
            found, store = self._answered(state.store, self._node(state, actor))
            if found is not BLOCKED:
                after = self._advance(lost._replace(store=store), actor, BROKEN)
                yield f"{name}: hears nothing", after, self._judged(state, after, actor)

    def _environment(self, state: State) -> Iterator[tuple[str, State, list[str]]]:
        """What happens by itself: leases and heartbeats end, and those who live beat again."""
        scene, values = self._scene, self._stores[state.store]
        living = self._living(state)
        holder = scene.holder(values)
        if holder is not None:
            gone = state._replace(store=self._store(expired(values, scene.keys.conductor)))
            if holder not in living:
                yield "the lease ends", gone, []
            elif state.faults.lapses:
                yield "the lease: lapses", gone._replace(faults=_spent(state.faults, "lapses")), []
        for key, beat, processes in scene.pulses(values):
            if key in values:
                gone = state._replace(store=self._store(expired(values, key)))
                if not processes & living:
                    yield "the heartbeat ends", gone, []
                elif state.faults.stops:
                    yield "the heartbeat: stops", gone._replace(faults=_spent(state.faults, "stops")), []
            elif processes & living:
                yield "the heart beats", state._replace(store=self._store({**values, key: beat})), []

    def _go(self, state: State, actor: int) -> State | None:
        """An actor is answered, and goes on to its next question; None if it has to wait."""
        node = self._node(state, actor)
        if node.command is None:
            return None
        found, store = self._answered(state.store, node)
        return None if found is BLOCKED else self._advance(state._replace(store=store), actor, found)

    def _advance(self, state: State, actor: int, found: object) -> State:
        node = self._cast.told(self._node(state, actor), found)
        while not self._fine and node.command is not None and not writes(node.command):
            if node.command[0] in (*WAITS, "WORK"):
                break
            found, store = self._answered(state.store, node)
            state, node = state._replace(store=store), self._cast.told(node, found)
        return state._replace(nodes=(*state.nodes[:actor], node.number, *state.nodes[actor + 1 :]))

    def _answered(self, store: int, node: Node) -> tuple[object, int]:
        known = self._answers.get((store, node.number))
        if known is None:
            assert node.command is not None
            try:
                found, after = answer(self._stores[store], node.command)
            except WrongTypeError:
                found, after = REFUSED, self._stores[store]
            known = (found if found is BLOCKED else frozen(found), self._store(after))
            self._answers[store, node.number] = known
        return known

    def _may_look(self, state: State, command: tuple[str | int, ...], *, quiet: bool) -> bool:
        """Whether one that waits may look around. On standby it looks whether the lease is free."""
        values = self._stores[state.store]
        if command[0] == "SLEEP":
            return self._scene.holder(values) is None
        return self._restless or quiet or self._scene.alarming(values)

    def _judged(self, before: State, after: State, actor: int) -> list[str]:
        crash = self._node(after, actor).crash
        found = [f"{self._cast.names[actor]} crashed: {crash!r}"] if crash else []
        if before.store != after.store:
            stores = self._stores[before.store], self._stores[after.store]
            found += self._laws.step((before.store, after.store), stores, self._cast.names[actor])
        return found

    # What there is

    def _node(self, state: State, actor: int) -> Node:
        return self._cast.nodes[state.nodes[actor]]

    def _begun(self, state: State, actor: int) -> bool:
        return self._node(state, actor).before is not None

    def _is_dead(self, state: State, name: str) -> bool:
        return state.nodes[self._cast.names.index(name)] == DEAD

    def _living(self, state: State) -> frozenset[str]:
        """The names of the processes that are there."""
        there = [
            name
            for actor, name in enumerate(self._cast.names)
            if state.nodes[actor] != DEAD
            and self._node(state, actor).command is not None
            and (name not in self._scene.heirs or self._begun(state, actor))
        ]
        return frozenset(there)

    def _store(self, values: Values) -> int:
        key = frozenset(values.items())
        number = self._numbers.setdefault(key, len(self._stores))
        if number == len(self._stores):
            self._stores.append(values)
        return number


def _spent(faults: Faults, kind: str) -> Faults:
    return faults._replace(**{kind: getattr(faults, kind) - 1})
