"""Faults at the Redis client, below the door to Redis: what is raised is what redis-py would raise.

`lost`: the command was done, but the connection breaks before its answer arrives. `reset`: it breaks before the
command is sent. `busy`, `oom`: Redis refuses, and nothing was done.
"""

import random
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from redis import exceptions
from redis._parsers.base import BaseParser

from tests.chaos.faults.schedule import FaultFolder, Schedule

KINDS = ("lost", "reset", "busy", "oom")
_REFUSALS = {
    "busy": "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
    "oom": "OOM command not allowed when used memory > 'maxmemory'.",
}
_parse: Any = BaseParser.parse_error
"""Makes of an answer the error that redis-py raises for it."""

_SPARED = {"SUBSCRIBE", "SHUTDOWN", "AUTH", "SCRIPT"}
_WRITES = {"EVAL", "EVALSHA", "BLMOVE", "LMOVE"}


class Faults:
    """Throws the dice at each round trip.

    Args:
        folder: Where faults are noted.
        schedule: Which faults, and how often.
        dice: The dice of this process.
        armed: Whether anything goes wrong yet.
    """

    def __init__(self, folder: FaultFolder, schedule: Schedule, dice: random.Random, *, armed: bool) -> None:
        self._folder = folder
        self._schedule = schedule
        self._dice = dice
        self._armed = armed

    def patch(self, module: ModuleType) -> None:
        """Puts itself between `tinytown.connection` and redis-py."""
        make = module._wire  # noqa: SLF001  the place below its naming of errors

        def faulty(*args: Any) -> FaultyWire:
            return FaultyWire(make(*args), self)

        module._wire = faulty  # type: ignore[attr-defined]  # noqa: SLF001

    def patch_conductor(self, module: ModuleType) -> None:
        """Lets things go wrong from the moment on that a conductor conducts."""
        run = module.Conductor.run

        def armed(conductor: Any) -> Any:
            self._armed = True
            try:
                return run(conductor)
            finally:
                self._armed = False

        module.Conductor.run = armed

    def throw(self, commands: Sequence[Sequence[object]]) -> str | None:
        """Which fault befalls these commands, if one does."""
        names = {str(command[0]) for command in commands}
        if not self._armed or names & _SPARED or self._dice.random() >= self._schedule.rate:
            return None
        kind = self._dice.choice(self._schedule.client)
        if kind == "oom" and not names & _WRITES:
            return None
        self._folder.note(f"client-{kind}", " ".join(sorted(names)))
        return kind


class FaultyWire:
    """A connection of redis-py to which faults happen.

    Args:
        wire: The connection.
        faults: The dice.
    """

    def __init__(self, wire: Any, faults: Faults) -> None:
        self._wire = wire
        self._faults = faults
        self._packed: list[Sequence[object]] = []
        self._fault: str | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wire, name)

    def pack_command(self, *args: object) -> Any:
        self._packed = [args]
        return self._wire.pack_command(*args)

    def pack_commands(self, commands: Sequence[Sequence[object]]) -> Any:
        self._packed = list(commands)
        return self._wire.pack_commands(commands)

    def send_packed_command(self, command: Any) -> None:
        self._fault = self._faults.throw(self._packed)
        if self._fault == "reset":
            self._wire.disconnect()
            raise exceptions.ConnectionError("Error 104 while writing to socket. Connection reset by peer.")
        if self._fault not in _REFUSALS:
            self._wire.send_packed_command(command)

    def read_response(self) -> Any:
        if self._fault in _REFUSALS:
            raise _parse(_REFUSALS[self._fault])
        answer = self._wire.read_response()
        if self._fault == "lost":
            self._fault = None
            self._wire.disconnect()
            raise exceptions.ConnectionError("Connection closed by server.")
        return answer
