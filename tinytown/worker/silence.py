"""How long a running command has put out nothing. Pure."""

from dataclasses import dataclass, replace
from typing import Self

LONGEST_GAP = 5.0
"""More seconds than these between two looks do not count: we were frozen, and most likely the command too."""


@dataclass(frozen=True, slots=True)
class Silence:
    """What is known after a look.

    `seconds` is how long nothing came, `put_out` how much had come in all (bytes), `looked` when that was seen
    (monotonic), `told` whether this silence has been told of.
    """

    looked: float
    put_out: int = 0
    seconds: float = 0.0
    told: bool = False

    def look(self, put_out: int, moment: float) -> Self:
        """After another look.

        Args:
            put_out: How much the command has put out by now, in bytes.
            moment: The present moment, monotonic.
        """
        if put_out != self.put_out:
            return replace(self, looked=moment, put_out=put_out, seconds=0.0, told=False)
        return replace(self, looked=moment, seconds=self.seconds + min(moment - self.looked, LONGEST_GAP))
