"""Mayhem: everything of a town is killed and frozen at random moments, its clocks jump, its disk fills up."""

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from tests.chaos.disks import fill, free
from tests.chaos.faults.schedule import FaultFolder
from tests.chaos.run_laws import Blow
from tests.chaos.steps import Plan, Steps
from tests.towns import House, processes_in
from tinytown.errors import StoreError

_WEIGHTS = {
    "kill agent": 4,
    "freeze agent": 4,
    "kill command": 2,
    "freeze command": 2,
    "kill conductor": 3,
    "freeze conductor": 3,
    "kill redis": 3,
    "freeze redis": 1,
    "jump clock": 1,
    "fill disk": 0,
}
_FRAGILE = 3
"""A task whose agents died so often is spared: it would be failed at five."""

_CONDUCTORS = 2
_FINISH_SECONDS = 90.0

T = TypeVar("T")


class Mayhem:
    """What befalls one town.

    Args:
        home: The town.
        plan: What it has to do.
        steps: Its commands.
        faults: The faults of its processes.
        rng: The dice.
        disk: The file system that is filled, if it may be.
    """

    def __init__(
        self, home: House, plan: Plan, steps: Steps, faults: FaultFolder, *, rng: random.Random, disk: Path | None
    ) -> None:
        self._home = home
        self._plan = plan
        self._steps = steps
        self._faults = faults
        self._rng = rng
        self._disk = disk
        self._asleep: list[tuple[float, int]] = []
        self._conductors: list[subprocess.Popen[bytes]] = []
        self._names: dict[str, str] = {}
        self.blows: list[Blow] = []
        self.counts: Counter[str] = Counter()

    def rage(self, blows: int) -> None:
        """Conducts the plan to its end, under so many blows.

        Raises:
            AssertionError: It did not come to its end.
        """
        weights = {**_WEIGHTS, "fill disk": 2 if self._disk else 0}
        try:
            self._staff()
            left = blows
            while left and not self._done():
                self._pause(self._rng.uniform(0.05, 0.9))
                (what,) = self._rng.choices(list(weights), list(weights.values()))
                left -= self._strike(what)
                self._staff()
            self._finish()
        finally:
            self._pause(0.0, all_of_them=True)

    def _finish(self) -> None:
        deadline = time.monotonic() + _FINISH_SECONDS
        while not self._done():
            assert time.monotonic() < deadline, f"not finished: {self._missing()}; {self.blows}"
            self._staff()
            self._pause(0.1)
        self._pause(0.0, all_of_them=True)
        while any(one.poll() is None for one in self._conductors):
            assert time.monotonic() < deadline, f"a conductor does not end; {self.blows}"
            self._pause(0.05)
        while not self._at_rest():
            assert time.monotonic() < deadline, "an agent does not come to rest"
            self._pause(0.05)

    def _at_rest(self) -> bool:
        """Whether no command runs, and nobody who woke may still begin one."""
        agents = self._ask(self._home.town.list_agents)
        rests = self._home.town.channel.at_rest
        if agents is None or self._commands():
            return False
        return all(agent.gone or self._ask(partial(rests, agent.id)) for agent in agents)

    def _done(self) -> bool:
        return not self._missing()

    def _missing(self) -> dict[str, str]:
        """The tasks that are not yet as they are to end."""
        tasks = (self._ask(self._home.town.ledger.all) or {}).values()
        states = {held.value.label: held.value.state.value for held in tasks}
        return {name: states.get(name, "?") for name, end in self._plan.ends.items() if states.get(name) != end}

    def _ask(self, read: Callable[[], T]) -> T | None:
        """Reads from a Redis that may be away: None if it is."""
        with suppress(StoreError):
            return read()
        return None

    def _staff(self) -> None:
        """As many conductors as there should be, unless there is nothing left to do."""
        self._conductors = [one for one in self._conductors if one.poll() is None]
        while len(self._conductors) < _CONDUCTORS and not self._done():
            self._conductors.append(self._home.conductor("--spawn"))

    def _pause(self, seconds: float, *, all_of_them: bool = False) -> None:
        """Waits, and wakes those whose time has come."""
        time.sleep(seconds)
        moment = time.monotonic()
        for entry in list(self._asleep):
            if all_of_them or entry[0] <= moment:
                self._asleep.remove(entry)
                with suppress(ProcessLookupError):
                    os.kill(entry[1], signal.SIGCONT)

    def _strike(self, what: str) -> bool:
        verb, _, whom = what.partition(" ")
        if whom == "redis":
            return self._hit_redis(verb)
        if whom == "clock":
            return self._jump()
        if whom == "disk":
            return self._fill()
        found = {"agent": self._agents, "command": self._commands, "conductor": self._leaders}[whom]()
        if not found or (whom == "agent" and self._fragile()):
            return False
        pid = self._rng.choice(sorted(found))
        targets = self._group(pid) if whom == "command" else [pid]
        self._note(what, found[pid] if whom == "agent" else "")
        self._send(targets, verb)
        return True

    def _send(self, targets: list[int], verb: str) -> None:
        how = signal.SIGKILL if verb == "kill" else signal.SIGSTOP
        for pid in targets:
            with suppress(ProcessLookupError):
                os.kill(pid, how)
        if verb == "freeze":
            wake_at = time.monotonic() + self._rng.uniform(0.3, 3.5)
            self._asleep += [(wake_at, pid) for pid in targets]

    def _hit_redis(self, verb: str) -> bool:
        if self._home.town.server is None or self._home.town.server.pid() is None:
            return False
        try:
            pid = self._home.redis_pid()
        except AssertionError:  # it is dead already
            return False
        if verb == "kill":
            self._note("redis death")
            os.kill(pid, signal.SIGKILL)
        else:
            self._note("redis freeze")
            os.kill(pid, signal.SIGSTOP)
            time.sleep(self._rng.uniform(0.2, 2.5))
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        return True

    def _jump(self) -> bool:
        """The clock goes forward by minutes or a little back; whatever was to expire in that time has expired."""
        if self._fragile():
            return False
        run, keys = self._home.town.connection.run, self._home.town.keys
        agents = self._ask(self._home.town.roster.all) or {}
        self._note("clock jump")
        step = self._rng.choice([-1.5, 1.0, 600.0])
        self._faults.shift_clock(self._faults.offset() + step)
        if step > 0:
            for key in (keys.conductor, *map(keys.alive, agents)):
                self._ask(partial(run, "PEXPIRE", key, 1))
        return True

    def _fill(self) -> bool:
        assert self._disk is not None
        self._note("full disk")
        fill(self._disk)
        time.sleep(self._rng.uniform(0.2, 2.0))
        free(self._disk)
        return True

    def _note(self, what: str, agent: str = "") -> None:
        # Whatever befalls Redis or a conductor is no excuse for two commands of a task at once.
        concerned = None if what == "clock jump" else agent
        self.blows.append(Blow(time.time(), what, concerned))
        kind = {"kill": "kills", "freeze": "freezes"}.get(what.partition(" ")[0], f"{what}s")
        self.counts[kind] += 1

    def _fragile(self) -> bool:
        tasks = (self._ask(self._home.town.ledger.all) or {}).values()
        return any(held.value.crashes >= _FRAGILE for held in tasks)

    def _agents(self) -> dict[int, str]:
        """The agents' processes, with their names."""
        found: dict[int, str] = {}
        for pid, line in processes_in(self._home.root).items():
            if "tinytown.worker" not in line:
                continue
            agent = line.partition("--agent ")[2].split(" ")[0]
            if agent not in self._names:
                roster = self._ask(self._home.town.roster.all) or {}
                self._names |= {str(key): held.value.name for key, held in roster.items()}
            if agent in self._names:
                found[pid] = self._names[agent]
        return found

    def _commands(self) -> dict[int, str]:
        script = str(self._steps.folder / "step")
        return {
            pid: line
            for pid, line in processes_in(self._home.root).items()
            if script in line and "tinytown" not in line
        }

    def _group(self, pid: int) -> list[int]:
        """The processes of a command."""
        with suppress(ProcessLookupError):
            group = os.getpgid(pid)
            return [other for other in processes_in(self._home.root) if _group_of(other) == group]
        return []

    def _leaders(self) -> dict[int, str]:
        return {one.pid: "" for one in self._conductors if one.poll() is None}


def _group_of(pid: int) -> int:
    with suppress(ProcessLookupError):
        return os.getpgid(pid)
    return -1
