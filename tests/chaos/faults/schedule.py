"""What is to go wrong, and a folder from which every process reads that and into which it notes what did."""

import fcntl
import json
import os
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

VARIABLE = "TT_FAULTS"
"""The environment variable that names the folder."""


@dataclass(frozen=True, slots=True)
class Strike:
    """One blow at a named point.

    Args:
        point: Where.
        kind: `kill`, `freeze`, or `lost` (Redis seems unreachable).
        at: Which passage of the point it hits, over all processes, from 1.
        seconds: How long a freeze lasts.
    """

    point: str
    kind: str
    at: int = 1
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything that is to go wrong.

    Args:
        strikes: Blows at named points.
        client: Kinds of faults at the Redis client: `lost`, `reset`, `busy`, `oom`.
        rate: The probability of one, for each round trip.
        seed: Of the dice.
    """

    strikes: tuple[Strike, ...] = ()
    client: tuple[str, ...] = ()
    rate: float = 0.0
    seed: int = 0


class FaultFolder:
    """The folder.

    Args:
        path: Where it is; outside of the town.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, schedule: Schedule) -> None:
        """Makes the folder, with a schedule for the processes that start from now on."""
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / "schedule.json").write_text(json.dumps(asdict(schedule)))

    def read(self) -> Schedule:
        told = json.loads((self.path / "schedule.json").read_text())
        strikes = tuple(Strike(**strike) for strike in told["strikes"])
        return Schedule(strikes, tuple(told["client"]), told["rate"], told["seed"])

    def environment(self) -> Mapping[str, str]:
        """What a process must have in its environment to be armed, and its descendants with it."""
        here = [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
        return {VARIABLE: str(self.path), "PYTHONPATH": os.pathsep.join(filter(None, here))}

    def passed(self, what: str) -> int:
        """Counts a passage. Returns how many there have been, over all processes."""
        file = os.open(self.path / f"passed {what}", os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            os.write(file, b".")
            return os.fstat(file).st_size
        finally:
            os.close(file)

    def passages(self, what: str) -> int:
        """How many passages there have been."""
        with suppress(FileNotFoundError):
            return (self.path / f"passed {what}").stat().st_size
        return 0

    def note(self, kind: str, where: str) -> None:
        """Notes that a fault happened."""
        with (self.path / "happened").open("a") as file:
            file.write(f"{kind} {os.getpid()} {where}\n")

    def happened(self) -> Counter[str]:
        """How many faults of each kind have happened."""
        with suppress(FileNotFoundError):
            return Counter(line.split()[0] for line in (self.path / "happened").read_text().splitlines())
        return Counter()

    def shift_clock(self, seconds: float) -> None:
        """Sets how far the clock of all processes is off from now on."""
        fresh = self.path / "offset.new"
        fresh.write_text(str(seconds))
        fresh.replace(self.path / "offset")

    def offset(self) -> float:
        """How far the clock is off."""
        with suppress(FileNotFoundError):
            return float((self.path / "offset").read_text())
        return 0.0
